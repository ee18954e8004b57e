package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.shutdown4j.internal.Flight;
import io.github.shutdown4j.internal.Pause;
import io.github.shutdown4j.internal.SafeLog;
import io.github.shutdown4j.internal.SerialQueue;

/**
 * Loads at the start what is otherwise needed first at the end, when the jar may have been replaced by a newer one and
 * descriptors or memory may be gone. Runs beside the start and delays nothing.
 */
final class WarmUp {

    /** Set by GraalVM in a native image, which has no classes to load. */
    private static final String IN_AN_IMAGE = "org.graalvm.nativeimage.imagecode";

    private WarmUp() {}

    static void run() {
        UnfinishedWork work = UnfinishedWork.of("warm-up", Duration.ZERO, Thread.currentThread());
        List<StepResult> steps = List.of(
                StepResult.done("warm-up", Duration.ZERO, Duration.ZERO, ""),
                StepResult.timedOut("warm-up", Duration.ZERO, Duration.ZERO, "", List.of(work)));
        List<PhaseReport> phases = List.of(
                new PhaseReport(ShutdownPhase.DRAIN, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), steps));
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.Signalled(ShutdownSignal.TERMINATE), Instant.now(), Duration.ZERO, false, phases);
        var unused = report.toText() + report.timeline().toText();
        Flight.warmUp();
        if (System.getProperty(IN_AN_IMAGE) == null) {
            loadClasses();
        }
    }

    private static void loadClasses() {
        List.of(
                        CheckpointEngine.class,
                        CheckpointException.class,
                        CheckpointSaver.class,
                        DrainNotices.class,
                        EventBuffer.class,
                        ExitWitness.class,
                        Pause.class,
                        PhaseWatch.class,
                        ReportedTracker.class,
                        SafeLog.class,
                        SerialQueue.class,
                        ServiceEntry.class,
                        ServiceRun.class,
                        ServiceRunner.class,
                        ServiceStop.class,
                        ShutdownLog.class,
                        ShutdownReason.class,
                        ShutdownSequence.class,
                        StopCallbacks.class,
                        Together.class)
                .forEach(WarmUp::load);
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
