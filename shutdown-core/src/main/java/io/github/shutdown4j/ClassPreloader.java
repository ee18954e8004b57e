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
 * Loads the classes that are first needed after the request, when the jar may have been replaced and file descriptors or
 * memory may be exhausted. Also runs an empty shutdown without logging, because code that runs for the first time is several
 * times slower. Runs on its own thread, 100 ms after all services are ready and the listeners were notified, or during the
 * start if that takes longer than two seconds. Afterwards the shutdown works without the jar. Until then, or if this fails,
 * classes are loaded when they are needed. Nothing is loaded for a shutdown that is over.
 */
final class ClassPreloader implements Runnable {

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    /** The maximum time to wait until the services are ready. */
    private static final Duration START_LIMIT = Duration.ofSeconds(2);

    /** Leaves the processors to the application just after it has become ready. */
    private static final Duration QUIET = Duration.ofMillis(100);

    private final CoordinatorComponents components;
    private final ListenerDispatcher listeners;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    ClassPreloader(CoordinatorComponents components, ListenerDispatcher listeners) {
        this.components = components;
        this.listeners = listeners;
    }

    /** Call before the services start, which otherwise load their classes as soon as they are ready. */
    void announce() {
        PreloadList.announceLoad();
    }

    /**
     * The start has failed, or the shutdown is over, and the process continues: a load that has not begun does not follow. The
     * class loader may be closed from now on, as by a redeployment.
     */
    void end() {
        PreloadList.withdrawLoad();
        over.countDown();
        ready.countDown();
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
            boolean isReady = ready.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (over.await(isReady ? QUIET.toMillis() : 0, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException ignored) {
            // Only this library knows the thread: it starts early.
        }
        var unused = listeners.awaitProcessed(); // so that this does not delay them
        try {
            if (!NativeImage.runs()) { // a native image has no classes to load
                loadAll();
            }
        } catch (RuntimeException | Error failure) { // never a reason to end the process
            if (over.getCount() > 0) {
                LOG.warn("not all classes that the shutdown needs could be loaded", failure);
            }
        }
    }

    private void loadAll() {
        Jfr.warmUp();
        if (!Jfr.isOn() && Ticker.current() == Ticker.system()) { // a recording must contain only the real shutdown
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

    /** Whether the report is passed to application code, which may need more than its text. */
    private boolean isReportRead() {
        if (components.exitMode() != ExitMode.EXIT) {
            return true;
        }
        for (ShutdownListener listener : components.listeners()) {
            if (!isOfSystemd(listener)) {
                return true;
            }
        }
        return false;
    }

    /** That listener belongs to the library, in a package below this one, and needs one line of the report only. */
    private static boolean isOfSystemd(ShutdownListener listener) {
        String name = ClassPreloader.class.getPackageName() + ".systemd.SystemdListener";
        return listener.getClass().getName().equals(name);
    }

    /** The service and the resource of the rehearsal. */
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
                Reloader.create(),
                ExitMode.EMBEDDED,
                false,
                Ticker.system(),
                ProcessExit.jvm());
        new CoordinatorLifecycle(rehearsed, ShutdownLog.silent())
                .rehearse(new ShutdownReason.Signalled(ShutdownSignal.TERMINATE));
    }
}
