package io.github.shutdown4j;

/** Hears of reloads as they happen, on the thread of the reload; must be quick. What it throws is logged. */
interface ReloadObserver {

    /** Before the first subscriber is called. */
    void started(String by);

    /** After the last one; before those who asked for the reload get their answer. */
    void finished(ReloadReport report);
}
