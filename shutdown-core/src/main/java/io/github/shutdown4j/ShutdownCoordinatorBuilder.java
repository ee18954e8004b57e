package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.CoordinatorComponents.Ending;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * Gathers what a {@link ShutdownCoordinator} coordinates. Everything is optional. Not for use by several threads.
 */
public final class ShutdownCoordinatorBuilder {

    private @Nullable ShutdownConfig config;
    private @Nullable ServiceGroup services;
    private @Nullable ResourceManager resources;
    private final List<ConnectionTracker> trackers = new ArrayList<>();
    private final List<Checkpoint<?>> checkpoints = new ArrayList<>();
    private final List<ShutdownListener> listeners = new ArrayList<>();
    private Ending ending = Ending.EXIT;
    private boolean watchUncaught;
    private Ticker ticker = Ticker.current();
    private ProcessExit exit = ProcessExit.jvm();

    ShutdownCoordinatorBuilder() {}

    /** Time limits and switches; {@link ShutdownConfig#defaults()} if not given. */
    public ShutdownCoordinatorBuilder config(ShutdownConfig config) {
        this.config = Checks.notNull("config", config);
        return this;
    }

    /** The services to start, watch and stop; may be given once. */
    public ShutdownCoordinatorBuilder services(ServiceGroup services) {
        Checks.notNull("services", services);
        if (this.services != null) {
            throw new IllegalStateException("services were given before; put all services into one group");
        }
        this.services = services;
        return this;
    }

    /** Work in hand to be let finish; several trackers are drained at the same time. */
    public ShutdownCoordinatorBuilder connections(ConnectionTracker tracker) {
        trackers.add(notTwice("tracker", trackers, Checks.notNull("tracker", tracker)));
        return this;
    }

    /**
     * The resources to release; may be given once. If not given, the coordinator has a manager of its own, whose limit
     * for each resource is {@link ShutdownConfig#resourceTimeout()}; a manager that is given keeps the limit it was made
     * with.
     */
    public ShutdownCoordinatorBuilder resources(ResourceManager resources) {
        Checks.notNull("resources", resources);
        if (this.resources != null) {
            throw new IllegalStateException("resources were given before; register all resources with one manager");
        }
        this.resources = resources;
        return this;
    }

    /** A state to save periodically, after the drain and at the end; several are saved at the same time. */
    public ShutdownCoordinatorBuilder checkpoint(Checkpoint<?> checkpoint) {
        checkpoints.add(notTwice("checkpoint", checkpoints, Checks.notNull("checkpoint", checkpoint)));
        return this;
    }

    /** Hears of everything. */
    public ShutdownCoordinatorBuilder listener(ShutdownListener listener) {
        listeners.add(notTwice("listener", listeners, Checks.notNull("listener", listener)));
        return this;
    }

    /** Gets the report when all is done, just before the process exits. */
    public ShutdownCoordinatorBuilder onFinished(Consumer<? super ShutdownReport> consumer) {
        Checks.notNull("consumer", consumer);
        return listener(new ShutdownListener() {
            @Override
            public void onFinished(ShutdownReport report) {
                consumer.accept(report);
            }
        });
    }

    /**
     * Takes an exception that nobody catches, in any thread, for a reason to end. A default handler that is already
     * there is called first.
     */
    public ShutdownCoordinatorBuilder shutdownOnUncaughtException() {
        watchUncaught = true;
        return this;
    }

    /** Does not exit when all is done, but gives signals and hook back; {@link ShutdownCoordinator#run()} returns. */
    public ShutdownCoordinatorBuilder returnWhenDone() {
        ending = Ending.RETURN;
        return this;
    }

    /** For application servers and tests: takes no signals, registers no hook, never exits, never halts. */
    public ShutdownCoordinatorBuilder embedded() {
        ending = Ending.EMBEDDED;
        return this;
    }

    /** For tests: another clock and another process. */
    ShutdownCoordinatorBuilder seams(Ticker ticker, ProcessExit exit) {
        this.ticker = ticker;
        this.exit = exit;
        return this;
    }

    /** Builds it; nothing is started. */
    public ShutdownCoordinator build() {
        ShutdownConfig chosen = config == null ? ShutdownConfig.defaults() : config;
        Set<String> names = new HashSet<>();
        for (ConnectionTracker tracker : trackers) {
            if (!names.add(tracker.name())) {
                throw new IllegalArgumentException(
                        "two trackers are named '" + tracker.name() + "'; give each its own name");
            }
        }
        List<ShutdownListener> allListeners = new ArrayList<>(listeners);
        if (System.getProperty(ReportFile.PROPERTY) != null) {
            ReportFile.asked().ifPresent(allListeners::add);
        }
        return new ShutdownCoordinator(new CoordinatorComponents(
                chosen,
                services == null ? ServiceGroup.builder().build() : services,
                trackers,
                resources == null ? ResourceManager.withTimeout(chosen.resourceTimeout()) : resources,
                checkpoints,
                allListeners,
                new Reloader(),
                ending,
                watchUncaught,
                ticker,
                exit));
    }

    private static <T> T notTwice(String what, List<? super T> known, T added) {
        if (known.contains(added)) {
            throw new IllegalArgumentException("this " + what + " was given before: " + added);
        }
        return added;
    }
}
