package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

/**
 * A counter of work in flight and its name. Each has a constructor without arguments and is new for each run;
 * {@link #once} is timed, the other methods are for the {@linkplain Exactness check}.
 */
public abstract class Subject {

    /** One piece of work starts and ends. */
    public abstract void once(Blackhole blackhole) throws Exception;

    /** A piece of work starts; returns what its end needs, or null if it is refused. */
    public abstract Object enter() throws Exception;

    /** A piece of work ends. */
    public abstract void leave(Object ticket) throws Exception;

    /** Refuses further work. */
    public abstract void close() throws Exception;

    /** Whether it is closed and nothing is in flight. Never blocks. */
    public abstract boolean isIdle() throws Exception;

    /** Whether work may end on another thread than it started on. */
    public boolean leavesAnywhere() {
        return true;
    }

    /** Why it is not exact, according to its source; empty if it is meant to be. */
    public String inexactBecause() {
        return "";
    }

    /** A note on how it is called, if needed. */
    public String note() {
        return "";
    }
}
