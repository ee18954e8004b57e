package io.github.shutdown4j.internal;

/** Holds the ticker for new objects: that of the JVM, unless a test has replaced it. */
public final class TickerHolder {

    private static volatile Ticker current = Ticker.system();

    private TickerHolder() {}

    static Ticker get() {
        return current;
    }

    /** For tests. Existing objects keep their ticker. */
    public static void replace(Ticker ticker) {
        current = Checks.notNull("ticker", ticker);
    }
}
