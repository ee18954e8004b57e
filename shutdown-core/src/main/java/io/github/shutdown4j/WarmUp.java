package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Columns;
import io.github.shutdown4j.internal.Flight;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.NativeImage;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.Pause;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SafeLog;
import io.github.shutdown4j.internal.SerialQueue;
import io.github.shutdown4j.internal.Ticker;

/**
 * Loads at the start what is otherwise needed first at the end, when the jar may have been replaced by a newer one and
 * descriptors or memory may be gone, and goes once through a shutdown of nothing, silently: what a JVM does for the first
 * time takes it several times as long, and at the end somebody waits. Runs on a thread of its own once all is ready, and
 * if that takes long, beside the start: whoever waits for the start has the processor for himself. It can fail without
 * any consequence but that: what is not loaded now is loaded when it is needed.
 */
final class WarmUp implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ShutdownCoordinator.class);

    /** What a start may take before this no longer waits for its end. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final boolean savesState;
    private final boolean hasListeners;
    private final CountDownLatch turn = new CountDownLatch(1);

    WarmUp(boolean savesState, boolean hasListeners) {
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
            if (!NativeImage.runs()) { // one has no classes to load
                loadAll();
            }
        } catch (RuntimeException | Error failure) { // nothing that would be a reason to end the process
            SafeLog.say(() -> log.warn("Shutdown: not all could be loaded that its end will need", failure));
        }
    }

    private void loadAll() {
        Flight.warmUp();
        if (!Flight.isOn()) { // a recording is to have one shutdown in it
            try {
                rehearse();
            } catch (RuntimeException | Error outOfThreadsOrMemory) {
                SafeLog.say(() -> log.debug("Shutdown: the rehearsal failed", outOfThreadsOrMemory));
            }
        }
        var unused = ResourceManager.neededAtTheEnd();
        for (Class<?> needed : atTheEnd()) {
            load(needed);
        }
        if (savesState) {
            for (Class<?> needed : List.of(CheckpointEngine.class, CheckpointException.class, CheckpointSaver.class)) {
                load(needed);
            }
        }
    }

    private void rehearse() {
        Ticker ticker = Ticker.system();
        ResourceManager resources = new ResourceManager(Duration.ofSeconds(1), ticker);
        Action nothing = () -> {};
        resources.register(Resource.of("rehearsal", nothing::run));
        CoordinatorParts parts = new CoordinatorParts(
                ShutdownConfig.defaults(),
                new ServiceGroup.Builder(ticker)
                        .add("rehearsal", Service.of(nothing, nothing))
                        .build(),
                List.of(ConnectionTracker.builder("rehearsal").ticker(ticker).build()),
                resources,
                List.of(),
                hasListeners ? List.of(new ShutdownListener() {}) : List.of(),
                new Reloader(Duration.ofSeconds(1), ticker, ProcessSignals.system()),
                CoordinatorParts.Ending.EMBEDDED,
                false,
                ticker,
                ProcessExit.jvm());
        new CoordinatorRun(parts, new ShutdownTrigger(ticker), true)
                .rehearse(new ShutdownReason.Signalled(ShutdownSignal.TERMINATE));
    }

    /** What the rehearsal does not come to, or only a part of it. In a method: this class is there from the start. */
    private static List<Class<?>> atTheEnd() {
        return List.of(
                Columns.class,
                DrainNotices.class,
                EventBuffer.class,
                ExitWitness.class,
                OneLine.class,
                Pause.class,
                PhaseWatch.class,
                ReportedTracker.class,
                ReportText.class,
                SafeLog.class,
                SerialQueue.class,
                ServiceEntry.class,
                ServiceRun.class,
                ServiceRunner.class,
                ServiceStop.class,
                ShutdownLog.class,
                ShutdownReason.class,
                ShutdownSequence.class,
                ShutdownTimeline.class,
                StopCallbacks.class,
                TimelineScale.class,
                TimelineSpan.class,
                TimelineText.class,
                Together.class);
    }

    /** Loads the class and all that is declared within it, what the compiler has added included. */
    private static void load(Class<?> host) {
        for (Class<?> member : host.getNestMembers()) {
            try {
                Class.forName(member.getName(), true, member.getClassLoader());
            } catch (ClassNotFoundException impossible) {
                throw new LinkageError(member.getName(), impossible);
            }
        }
    }
}
