package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.NativeImage;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * Loads ahead of time the classes that are first needed after the request, when the jar may have been replaced by a newer
 * one and file descriptors or memory may be exhausted, and rehearses a shutdown of nothing without logging: what a JVM
 * does for the first time takes several times as long. Runs on a thread of its own once all services are ready and the
 * listeners know it, or beside the start if that takes long. If it fails, classes are loaded when they are needed.
 */
final class ClassPreloader implements Runnable {

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    /** How long this waits for the services to become ready. */
    private static final Duration START_LIMIT = Duration.ofSeconds(2);

    private final boolean savesState;
    private final ListenerDispatcher listeners;
    private final CountDownLatch ready = new CountDownLatch(1);

    ClassPreloader(boolean savesState, ListenerDispatcher listeners) {
        this.savesState = savesState;
        this.listeners = listeners;
    }

    /** Starts the thread, which waits for {@link #begin}, but no longer than {@link #START_LIMIT}. */
    void start() {
        NamedThreads.daemon("preloader", this).start();
    }

    /** All services are ready. */
    void begin() {
        ready.countDown();
    }

    @Override
    public void run() {
        try {
            var unused = ready.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ignored) {
            // A thread of this library: it just begins early.
        }
        var unused = listeners.awaitProcessed(); // whoever waits for their news does not wait for this
        try {
            if (!NativeImage.runs()) { // it has no classes to load
                loadAll();
            }
        } catch (RuntimeException | Error failure) { // nothing that would be a reason to end the process
            LOG.warn("not all classes that the shutdown needs could be loaded", failure);
        }
    }

    private void loadAll() {
        Jfr.warmUp();
        if (!Jfr.isOn() && Ticker.current() == Ticker.system()) { // a recording must show one shutdown only
            try {
                rehearse();
            } catch (RuntimeException | Error outOfThreadsOrMemory) {
                LOG.debug("the rehearsal failed", outOfThreadsOrMemory);
            }
        }
        PreloadList.load(
                ShutdownCoordinator.class,
                ShutdownTrigger.class,
                ShutdownReport.class,
                ServiceGroup.class,
                ConnectionTracker.class,
                ResourceManager.class,
                EventQueue.class,
                Reloader.class,
                Ticker.class);
        if (savesState) {
            PreloadList.load(Checkpoint.class);
        }
    }

    private void rehearse() {
        ResourceManager resources = ResourceManager.withTimeout(Duration.ofSeconds(1));
        CheckedRunnable nothing = () -> {};
        resources.register(Resource.of("rehearsal", nothing::run));
        CoordinatorComponents components = new CoordinatorComponents(
                new LiveConfig(ShutdownConfig.defaults()),
                ServiceGroup.builder()
                        .add("rehearsal", Service.of(nothing, nothing))
                        .build(),
                List.of(ConnectionTracker.create("rehearsal")),
                resources,
                List.of(),
                listeners.isEmpty() ? List.of() : List.of(new ShutdownListener() {}),
                new Reloader(),
                CoordinatorComponents.ExitMode.EMBEDDED,
                false,
                Ticker.system(),
                ProcessExit.jvm());
        new CoordinatorLifecycle(components, ShutdownLog.silent())
                .rehearse(new ShutdownReason.Signalled(ShutdownSignal.TERMINATE));
    }
}
