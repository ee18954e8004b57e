package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.NativeImage;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

/**
 * Loads ahead of time the classes that are first needed after the request, when the jar may have been replaced by a newer
 * one and file descriptors or memory may be exhausted, and rehearses a shutdown of nothing without logging: what a JVM
 * does for the first time takes several times as long. Runs on a thread of its own a tenth of a second after all
 * services are ready and the listeners know it, or beside the start if that takes long. From its end on, every way to end
 * the process works without the jar; until then, as when it fails, classes are loaded when they are needed.
 */
final class ClassPreloader implements Runnable {

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    /** How long this waits for the services to become ready. */
    private static final Duration START_LIMIT = Duration.ofSeconds(2);

    /** How long it leaves the processors to whatever the application does when it has become ready. */
    private static final Duration QUIET = Duration.ofMillis(100);

    private final CoordinatorComponents components;
    private final ListenerDispatcher listeners;
    private final CountDownLatch ready = new CountDownLatch(1);

    ClassPreloader(CoordinatorComponents components, ListenerDispatcher listeners) {
        this.components = components;
        this.listeners = listeners;
    }

    /** Starts the thread, which waits for {@link #begin}, but no longer than {@link #START_LIMIT}. */
    void start() {
        try {
            NamedThreads.daemon("preloader", this).start();
        } catch (OutOfMemoryError noThread) {
            LOG.warn("cannot create a thread, classes are loaded when they are needed", noThread);
        }
    }

    /** All services are ready. */
    void begin() {
        ready.countDown();
    }

    @Override
    public void run() {
        try {
            if (ready.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                Thread.sleep(QUIET.toMillis());
            }
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
        PreloadList.use(PreloadList.COORDINATOR);
        PreloadList.use("services");
        if (!components.checkpoints().isEmpty()) {
            PreloadList.use("checkpoint");
        }
        if (isReportRead()) {
            PreloadList.use("reports");
        }
        PreloadList.loadUsed();
    }

    /** Whether somebody gets the report, and may want it as more than text, before the process has ended. */
    private boolean isReportRead() {
        return !components.listeners().isEmpty() || components.exitMode() != CoordinatorComponents.ExitMode.EXIT;
    }

    /** What a service or resource of the rehearsal does. */
    private static final class Nothing implements CheckedRunnable, AutoCloseable {
        @Override
        public void run() {}

        @Override
        public void close() {}
    }

    private void rehearse() {
        ResourceManager resources = ResourceManager.withTimeout(Duration.ofSeconds(1));
        Nothing nothing = new Nothing();
        resources.register(Resource.of("rehearsal", (AutoCloseable) nothing));
        CoordinatorComponents rehearsed = new CoordinatorComponents(
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
        new CoordinatorLifecycle(rehearsed, ShutdownLog.silent())
                .rehearse(new ShutdownReason.Signalled(ShutdownSignal.TERMINATE));
    }
}
