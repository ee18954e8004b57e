package io.github.shutdown4j.internal;

/** The clock that whatever is made from now on will keep: that of the JVM, unless a test has put another in its place. */
public final class TickerHolder {

    private static volatile Ticker current = Ticker.system();

    private TickerHolder() {}

    static Ticker get() {
        return current;
    }

    /** For tests. What has been made before keeps its clock. */
    public static void replace(Ticker ticker) {
        current = Checks.notNull("ticker", ticker);
    }
}
