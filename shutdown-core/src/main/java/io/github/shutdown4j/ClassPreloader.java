package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.NativeImage;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.SafeLog;
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
 * Loads at the start what is otherwise needed first at the end, when the jar may have been replaced by a newer one and
 * descriptors or memory may be gone, and goes once through a shutdown of nothing, silently: what a JVM does for the first
 * time takes it several times as long, and at the end somebody waits. Runs on a thread of its own once all is ready, and
 * if that takes long, beside the start: whoever waits for the start has the processor for himself. It can fail without
 * any consequence but that: what is not loaded now is loaded when it is needed.
 */
final class ClassPreloader implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ShutdownCoordinator.class);

    /** What a start may take before this no longer waits for its end. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final boolean savesState;
    private final boolean hasListeners;
    private final CountDownLatch turn = new CountDownLatch(1);

    ClassPreloader(boolean savesState, boolean hasListeners) {
        this.savesState = savesState;
        this.hasListeners = hasListeners;
    }

    /** Makes the thread, which waits for {@link #begin}, but no longer than {@link #PATIENCE}. */
    void start() {
        NamedThreads.daemon("warm-up", this).start();
    }

    /** All is ready. */
    void begin() {
        turn.countDown();
    }

    @Override
    public void run() {
        try {
            var unused = turn.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException meantForSomethingElse) {
            // A thread of our own: it just begins early.
        }
        try {
            if (!NativeImage.runs()) { // it has no classes to load
                loadAll();
            }
        } catch (RuntimeException | Error failure) { // nothing that would be a reason to end the process
            SafeLog.say(() -> log.warn("Shutdown: not all could be loaded that its end will need", failure));
        }
    }

    private void loadAll() {
        Jfr.warmUp();
        if (!Jfr.isOn() && Ticker.current() == Ticker.system()) { // a recording must show one shutdown only
            try {
                rehearse();
            } catch (RuntimeException | Error outOfThreadsOrMemory) {
                SafeLog.say(() -> log.debug("Shutdown: the rehearsal failed", outOfThreadsOrMemory));
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
                Ticker.class);
        if (savesState) {
            PreloadList.load(Checkpoint.class);
        }
    }

    private void rehearse() {
        ResourceManager resources = ResourceManager.withTimeout(Duration.ofSeconds(1));
        CheckedRunnable nothing = () -> {};
        resources.register(Resource.of("rehearsal", nothing::run));
        CoordinatorComponents parts = new CoordinatorComponents(
                ShutdownConfig.defaults(),
                ServiceGroup.builder()
                        .add("rehearsal", Service.of(nothing, nothing))
                        .build(),
                List.of(ConnectionTracker.create("rehearsal")),
                resources,
                List.of(),
                hasListeners ? List.of(new ShutdownListener() {}) : List.of(),
                new Reloader(),
                CoordinatorComponents.Ending.EMBEDDED,
                false,
                Ticker.system(),
                ProcessExit.jvm());
        new CoordinatorLifecycle(parts, true).rehearse(new ShutdownReason.Signalled(ShutdownSignal.TERMINATE));
    }
}
