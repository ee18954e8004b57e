package io.github.shutdown4j;

import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** A process whose service fails again and again. */
class CoordinatorRestartProcessTest extends CoordinatorProcess {

    /** The wait between the second and the third run; the next one is 64 times as long. */
    private static final Duration WAIT = ofMillis(6_400);

    private static long processorMillis(ChildJvm.Line failure) {
        return Long.parseLong(failure.text().replaceFirst(".* processor (\\d+) ms", "$1"));
    }

    @Test
    @DisplayName("scenario 37: the waits between restarts take no processor, and SIGTERM ends them")
    void theWaitForARestartCostsNothingAndSigtermEndsIt() {
        ChildJvm child = program("flapping-service").start();
        ChildJvm.Line second = child.awaitLine("run 2 fails");
        ChildJvm.Line third = child.awaitLine("run 3 fails");
        Duration waited = Duration.ofNanos(third.nanos() - second.nanos());
        assertThat(waited).isBetween(WAIT.minusMillis(400), WAIT.plusSeconds(60));
        assertThat(processorMillis(third) - processorMillis(second))
                .as("processor time in ms, also of the compiler, while the service waits")
                .isLessThan(waited.toMillis() / 10);
        ChildExit exit = child.signal("TERM").awaitExit(); // the next run would come in almost seven minutes
        assertThat(exit)
                .hasExitCode(0)
                .tookBetween(ofMillis(0), IN_TIME)
                .endedBecauseOf("SIGTERM")
                .ranPhasesInOrder()
                .didNotPrint("run 4 fails");
    }
}
