package io.github.shutdown4j.testing;

import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Repeats a test whose process keeps a promise only on a machine that is not stalled, such as a line that it has half a
 * second to log. A process that does not keep it fails every attempt.
 */
public final class Attempts {

    private static final int MOST = 3;

    private Attempts() {}

    /** Runs {@code body} until it succeeds, three times at most; throws what the last attempt throws. */
    public static void upToThree(CheckedRunnable body) throws Exception {
        for (int attempt = 1; attempt < MOST; attempt++) {
            try {
                body.run();
                return;
            } catch (AssertionError stalled) {
                System.err.println("attempt " + attempt + ": " + stalled.getMessage());
            }
        }
        body.run();
    }
}
