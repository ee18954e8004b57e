package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Something that counts work in flight, and how it is called. Each has a constructor without arguments and is new for each
 * run; {@link #once} is what is timed, the rest is what the {@linkplain Exactness check} needs.
 */
public abstract class Subject {

    /** One piece of work comes and goes. */
    public abstract void once(Blackhole blackhole) throws Exception;

    /** A piece of work comes: what it must give back when it goes, or null if it is refused. */
    public abstract Object enter() throws Exception;

    /** A piece of work goes. */
    public abstract void leave(Object ticket) throws Exception;

    /** Asks that no more comes in. */
    public abstract void close() throws Exception;

    /** Whether all is over: closed, and nothing in flight. Never blocks. */
    public abstract boolean isIdle() throws Exception;

    /** Whether work may go on another thread than it has come on. */
    public boolean leavesAnywhere() {
        return true;
    }

    /** Why it is not exact, by its source; empty if it is meant to be. */
    public String inexactBecause() {
        return "";
    }

    /** How it is called, if that needs a word. */
    public String note() {
        return "";
    }
}
