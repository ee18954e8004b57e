package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.StackTraces;
import io.github.shutdown4j.report.UnfinishedWork;

/** The details of one guard: label, start time, thread and, if configured, the place in the code. */
class GuardInfo {

    static final String WHOSE_THREAD_HAS_ENDED = ", whose thread has ended";

    private static final String WHOSE_THREAD_IS_IDLE = ", whose thread has returned to its pool";

    private final long since;
    // Null after the end of the guard. Concurrent writers all write null.
    private @Nullable String label;
    private @Nullable Thread thread;
    private @Nullable List<StackTraceElement> site;

    // Set by the acquiring thread before the object is published.
    private long stamp;
    private @Nullable AtomicReferenceArray<@Nullable GuardInfo> entries;
    private int index;

    /**
     * @param thread null if it has been garbage-collected
     * @param since a reading of the ticker
     * @param site where the guard was acquired, innermost frame first; null if not recorded
     */
    GuardInfo(@Nullable String label, @Nullable Thread thread, long since, @Nullable List<StackTraceElement> site) {
        this.label = label;
        this.thread = thread;
        this.since = since;
        this.site = site;
    }

    long since() {
        return since;
    }

    long stamp() {
        return stamp;
    }

    void setStamp(long newStamp) {
        stamp = newStamp;
    }

    void setPosition(AtomicReferenceArray<@Nullable GuardInfo> newEntries, int newIndex) {
        entries = newEntries;
        index = newIndex;
    }

    /** Removes this entry from its registry. */
    void removeFromRegistry() {
        if (entries != null) {
            entries.setRelease(index, null);
        }
    }

    /** Clears all references to user objects, in case the closed guard is kept. */
    void clear() {
        label = null;
        thread = null;
        site = null;
    }

    /** The name for reports. */
    String name() {
        String givenLabel = label;
        List<StackTraceElement> frames = site;
        StringBuilder name = new StringBuilder(givenLabel == null ? "guard without a label" : givenLabel);
        if (frames != null) {
            name.append(", acquired at ")
                    .append(StackTraces.plain(frames.toArray(StackTraceElement[]::new)).stream()
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining(" < ")));
        }
        return name.toString();
    }

    /** Describes the guard for a report; empty if it has just been closed. */
    Optional<UnfinishedWork> snapshot(long now) {
        String name = name();
        Thread owner = thread;
        if (owner == null) {
            return Optional.empty();
        }
        if (!owner.isAlive()) {
            return Optional.of(UnfinishedWork.of(name + WHOSE_THREAD_HAS_ENDED, age(now), owner));
        }
        UnfinishedWork work = UnfinishedWork.of(name, age(now), owner);
        // Work that goes on without its thread, as in a server with callbacks: where that thread waits says nothing.
        return Optional.of(
                StackTraces.isIdle(work.stack())
                        ? new UnfinishedWork(name + WHOSE_THREAD_IS_IDLE, work.age(), work.thread(), List.of())
                        : work);
    }

    /** The time since the guard was acquired. */
    Duration age(long now) {
        return Duration.ofNanos(Math.max(0, now - since));
    }
}
