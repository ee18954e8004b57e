package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Builds a coordinator. Every part is optional. Methods with a noun in the singular, such as {@link #service}, {@link #tracker}
 * and {@link #resource}, add one part and may be called repeatedly; {@link #services} and {@link #resources} take a whole
 * group or manager and may be called once. Not thread-safe. See the example of {@link ShutdownCoordinator}.
 */
public final class ShutdownCoordinatorBuilder {

    private final ConfigChoice config = new ConfigChoice();
    private @Nullable ServiceGroup services;
    private @Nullable ServiceGroupBuilder ownServices;
    private @Nullable ResourceManager resources;
    private final Map<String, Resource> ownResources = new LinkedHashMap<>();
    private final Map<String, ConnectionTracker> trackers = new LinkedHashMap<>();
    private final List<Checkpoint<?>> checkpoints = new ArrayList<>();
    private final List<ShutdownListener> listeners = new ArrayList<>();
    private ExitMode exitMode = ExitMode.EXIT;
    private boolean watchUncaught;
    private @Nullable Attachments attachments;
    private Ticker ticker = Ticker.current();
    private ProcessExit exit = ProcessExit.jvm();

    ShutdownCoordinatorBuilder() {}

    /**
     * Sets the time limits and switches; {@link ShutdownConfig#defaults()} if not called.
     *
     * @throws IllegalStateException if {@link #timeout} or {@link #drainTimeout} was called, which would contradict it
     */
    public ShutdownCoordinatorBuilder config(ShutdownConfig config) {
        this.config.set(Checks.notNull("config", config));
        return this;
    }

    /**
     * Sets {@link ShutdownConfig#timeout} for programs that need no configuration. All other settings have their defaults;
     * neither files nor the environment are read.
     *
     * @param timeout at least 1 ms, at most 365 days
     * @throws IllegalStateException if {@link #config} was called
     */
    public ShutdownCoordinatorBuilder timeout(Duration timeout) {
        config.limits("timeout").timeout(timeout);
        return this;
    }

    /** Sets {@link ShutdownConfig#drainTimeout} in the same way. */
    public ShutdownCoordinatorBuilder drainTimeout(Duration drainTimeout) {
        config.limits("drainTimeout").drainTimeout(drainTimeout);
        return this;
    }

    /**
     * Sets the services to start, supervise and stop.
     *
     * @throws IllegalStateException if it, {@link #service} or {@link #server} was called before
     */
    public ShutdownCoordinatorBuilder services(ServiceGroup services) {
        Checks.notNull("services", services);
        if (this.services != null || ownServices != null) {
            throw new IllegalStateException("services were given before; put all services into one group");
        }
        this.services = services;
        return this;
    }

    /**
     * Adds a critical service without dependencies. For other services, call {@link #services}.
     *
     * @throws IllegalStateException if {@link #services} was called
     * @throws IllegalArgumentException if there is a service with this name
     */
    public ShutdownCoordinatorBuilder service(String name, Service service) {
        if (services != null) {
            throw new IllegalStateException(
                    "a group of services was given before; add service '" + name + "' to that group");
        }
        ownServices = ownServices().add(name, service);
        return this;
    }

    /**
     * Adds a server: it starts with the services, serves until work in flight has finished, and is released with the
     * resources, at {@link Resource#EARLY_PRIORITY}. {@code release} is called once, and only if {@code start} was called
     * and did not throw. It is not called in the phase <i>stop</i>, where it would abort requests.
     *
     * <p>Equivalent to {@code service(name, Service.startOnly(start))} and a resource of the same name.
     *
     * @throws IllegalStateException if {@link #services} was called
     * @throws IllegalArgumentException if there is a service or a resource with this name
     */
    public ShutdownCoordinatorBuilder server(String name, CheckedRunnable start, CheckedRunnable release) {
        ServedUntilRelease server = new ServedUntilRelease(name, start, release);
        if (!ownResources.containsKey(name)) { // else nothing is added
            service(name, Service.of(server::start, server::stop));
        }
        return resource(server);
    }

    /** The same for an asynchronous start and release; their results are awaited, see {@link AsyncAction}. */
    public ShutdownCoordinatorBuilder server(String name, AsyncAction start, AsyncAction release) {
        return server(name, (CheckedRunnable) start, (CheckedRunnable) release);
    }

    /** The same for an asynchronous start; the service is ready when its result has completed. */
    public ShutdownCoordinatorBuilder server(String name, AsyncAction start, CheckedRunnable release) {
        return server(name, (CheckedRunnable) start, release);
    }

    /** The same for an asynchronous release; its result is awaited within the limit of the resource. */
    public ShutdownCoordinatorBuilder server(String name, CheckedRunnable start, AsyncAction release) {
        return server(name, start, (CheckedRunnable) release);
    }

    /**
     * Adds a tracker whose work in flight is drained. Several trackers are drained at the same time.
     *
     * @throws IllegalArgumentException if a tracker with this name was added before
     */
    public ShutdownCoordinatorBuilder tracker(ConnectionTracker tracker) {
        String name = Checks.notNull("tracker", tracker).name();
        Checks.nameIsNew("tracker", name, trackers.keySet());
        trackers.put(name, tracker);
        return this;
    }

    /** Runs the graceful shutdown of a framework in the phase <i>drain</i>; see {@link ConnectionTracker#draining}. */
    public ShutdownCoordinatorBuilder drain(String name, Supplier<? extends CompletionStage<?>> shutdown) {
        return tracker(ConnectionTracker.draining(name, shutdown));
    }

    /**
     * Sets the resources to release. If it is not called, the coordinator creates a manager whose limit for each resource is
     * {@link ShutdownConfig#resourceTimeout()}. A manager that is passed here keeps its own limit.
     *
     * @throws IllegalStateException if it was called before
     */
    public ShutdownCoordinatorBuilder resources(ResourceManager resources) {
        Checks.notNull("resources", resources);
        if (this.resources != null) {
            throw new IllegalStateException("resources were given before; register all resources with one manager");
        }
        this.resources = resources;
        return this;
    }

    /**
     * Adds a resource to release. It is registered at {@link #build}; may be combined with {@link #resources}.
     *
     * @throws IllegalArgumentException if a resource with this name was added before
     */
    public ShutdownCoordinatorBuilder resource(Resource resource) {
        String name = Checks.notNull("resource", resource).name();
        Checks.nameIsNew("resource", name, ownResources.keySet());
        ownResources.put(name, resource);
        return this;
    }

    /** Adds a resource that is closed, see {@link Resource#of(String, AutoCloseable)}. */
    public ShutdownCoordinatorBuilder resource(String name, AutoCloseable target) {
        return resource(Resource.of(name, target));
    }

    /** Adds a resource with an asynchronous {@code close}, see {@link Resource#of(String, AsyncAction)}. */
    public ShutdownCoordinatorBuilder resource(String name, AsyncAction close) {
        return resource(Resource.of(name, close));
    }

    /**
     * Adds a state to save periodically, after the drain and at the end. Several are saved at the same time.
     *
     * @throws IllegalArgumentException if this checkpoint was added before
     */
    public ShutdownCoordinatorBuilder checkpoint(Checkpoint<?> checkpoint) {
        checkpoints.add(notTwice("checkpoint", checkpoints, Checks.notNull("checkpoint", checkpoint)));
        return this;
    }

    /**
     * Adds a listener, which is notified of every event.
     *
     * @throws IllegalArgumentException if this listener was added before
     */
    public ShutdownCoordinatorBuilder listener(ShutdownListener listener) {
        listeners.add(notTwice("listener", listeners, Checks.notNull("listener", listener)));
        return this;
    }

    /** Adds a callback that receives the report after the last phase, just before the process exits. */
    public ShutdownCoordinatorBuilder onFinished(Consumer<? super ShutdownReport> consumer) {
        return listener(new ReportConsumer(Checks.notNull("consumer", consumer)));
    }

    /**
     * Starts a shutdown when any thread ends with an uncaught exception. A default handler that was installed before is
     * called first.
     */
    public ShutdownCoordinatorBuilder shutdownOnUncaughtException() {
        watchUncaught = true;
        return this;
    }

    /**
     * Registers a {@link ShutdownControlMXBean} with the platform MBean server at the start. This opens no port, but
     * everyone who can reach the MBean server can then shut the process down.
     *
     * @param name distinguishes the coordinators of one process; not blank
     * @throws IllegalStateException if it was called before, or if this runtime has no module {@code java.management}
     */
    public ShutdownCoordinatorBuilder mxBean(String name) {
        attachments().addMxBean(Checks.notBlank("name", name));
        return this;
    }

    /**
     * Calls {@link ShutdownCoordinator#quiet} when this signal arrives. If the system does not have the signal, as on
     * Windows, a log line says so at the start; nothing else changes.
     *
     * @param signal one of USR1, WINCH, URG, TSTP and PWR, without "SIG". A terminal sends WINCH whenever its size changes,
     *     and TSTP for Ctrl-Z
     * @throws IllegalArgumentException for any other
     * @throws IllegalStateException if it was called before
     */
    public ShutdownCoordinatorBuilder quietOn(String signal) {
        attachments().addQuietSignal(Checks.notNull("signal", signal));
        return this;
    }

    private Attachments attachments() {
        if (attachments == null) {
            attachments = new Attachments();
        }
        return attachments;
    }

    /**
     * Makes {@link ShutdownCoordinator#run()} return after the last phase instead of exiting; the previous signal handlers are
     * restored and the JVM hook is removed. Has no effect together with {@link #embedded()}, which includes it.
     */
    public ShutdownCoordinatorBuilder returnWhenDone() {
        exitMode = exitMode == ExitMode.EMBEDDED ? exitMode : ExitMode.RETURN;
        return this;
    }

    /**
     * For application servers and tests: installs no signal handler, no JVM hook and no handler of uncaught exceptions, and
     * never exits or halts.
     */
    public ShutdownCoordinatorBuilder embedded() {
        exitMode = ExitMode.EMBEDDED;
        return this;
    }

    /** For tests: replaces the clock and the process. */
    ShutdownCoordinatorBuilder forTests(Ticker ticker, ProcessExit exit) {
        this.ticker = ticker;
        this.exit = exit;
        return this;
    }

    /**
     * Builds the coordinator; nothing is started. The resources that were added are registered.
     *
     * @throws IllegalArgumentException if the manager given to {@link #resources} refuses one of these resources, see {@link
     *     ResourceManager#register}
     * @throws ShuttingDownException if that manager has released its resources
     * @throws io.github.shutdown4j.config.ShutdownConfigException if {@link #timeout} and {@link #drainTimeout}
     *     contradict each other
     * @throws IllegalStateException if {@link #quietOn} was called together with {@link #embedded()}
     */
    public ShutdownCoordinator build() {
        ShutdownConfig chosen = config.get();
        List<ShutdownListener> allListeners = new ArrayList<>(listeners);
        Attachments attached = attachments == null ? null : attachments.copyFor(exitMode, allListeners);
        if (System.getProperty(ReportFile.PROPERTY) != null) {
            ReportFile.fromProperty().ifPresent(allListeners::add);
        }
        CoordinatorComponents components = new CoordinatorComponents(
                new LiveConfig(chosen),
                services == null ? ownServices().build() : services,
                List.copyOf(trackers.values()),
                chosenResources(chosen),
                checkpoints,
                allListeners,
                Reloader.create(),
                exitMode,
                watchUncaught,
                ticker,
                exit);
        return new ShutdownCoordinator(components, attached);
    }

    private ServiceGroupBuilder ownServices() {
        return ownServices == null ? ServiceGroup.builder() : ownServices;
    }

    private ResourceManager chosenResources(ShutdownConfig chosen) {
        ResourceManager manager = resources == null ? ResourceManager.withTimeout(chosen.resourceTimeout()) : resources;
        for (Resource resource : ownResources.values()) {
            manager.register(resource);
        }
        return manager;
    }

    private static <T> T notTwice(String what, List<? super T> known, T added) {
        if (known.contains(added)) {
            throw new IllegalArgumentException("this " + what + " was given before: " + added);
        }
        return added;
    }
}
