package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Loads at the start what is otherwise needed first at the end, when the jar may have been replaced by a newer one and
 * descriptors or memory may be gone. Runs beside the start and delays nothing.
 */
final class WarmUp {

    private WarmUp() {}

    static void run() {
        UnfinishedWork work = UnfinishedWork.of("warm-up", Duration.ZERO, Thread.currentThread());
        List<StepResult> steps = List.of(
                StepResult.done("warm-up", Duration.ZERO, Duration.ZERO, ""),
                StepResult.timedOut("warm-up", Duration.ZERO, Duration.ZERO, "", List.of(work)));
        List<PhaseReport> phases = List.of(
                new PhaseReport(ShutdownPhase.DRAIN, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), steps));
        var unused = ShutdownReport.of(
                        new ShutdownReason.Signalled(ShutdownSignal.TERMINATE), Instant.now(), Duration.ZERO, phases)
                .toText();
        load(
                ShutdownSequence.class,
                ShutdownLog.class,
                Together.class,
                ExitWitness.class,
                ShutdownReason.JvmExiting.class);
    }

    private static void load(Class<?>... classes) {
        for (Class<?> type : classes) {
            try {
                Class.forName(type.getName(), true, type.getClassLoader());
            } catch (ClassNotFoundException impossible) {
                throw new LinkageError(type.getName(), impossible);
            }
        }
    }
}
