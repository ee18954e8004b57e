package io.github.shutdown4j.testing;

import java.io.Serial;

import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Repeats a test in which a process keeps a promise only on a machine that is not stalled, such as a line that it has half a
 * second to log. What is asserted {@linkplain #inTime in time} may fail twice; any other failure ends the test at once.
 */
public final class Attempts {

    private static final int MOST = 3;

    private Attempts() {}

    /** Runs {@code body} until nothing is late, three times at most; throws what the last attempt throws. */
    public static void upToThree(CheckedRunnable body) throws Exception {
        for (int attempt = 1; attempt < MOST; attempt++) {
            try {
                body.run();
                return;
            } catch (LateError late) {
                System.err.println("attempt " + attempt + ": " + late.getMessage());
            }
        }
        body.run();
    }

    /** Runs assertions that a stalled machine makes fail; inside {@link #upToThree}, which repeats the attempt then. */
    public static void inTime(CheckedRunnable assertions) throws Exception {
        try {
            assertions.run();
        } catch (AssertionError late) {
            throw new LateError(late);
        }
    }

    private static final class LateError extends AssertionError {

        @Serial
        private static final long serialVersionUID = 1L;

        LateError(AssertionError cause) {
            super(cause.getMessage(), cause);
        }
    }
}
