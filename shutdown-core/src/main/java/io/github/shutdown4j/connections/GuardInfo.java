package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.StackTraces;
import io.github.shutdown4j.report.UnfinishedWork;

/** What is known about one guard: for what, since when, on which thread and, if asked for, from where in the code. */
class GuardInfo {

    static final String WHOSE_THREAD_HAS_ENDED = ", whose thread has ended";

    private final long since;
    // Null when it is over. Written by whoever ends the hold; if by several at a time, the same.
    private @Nullable String label;
    private @Nullable Thread thread;
    private @Nullable List<StackTraceElement> site;

    // Set by whoever acquires the guard, before anybody else can see them.
    private long ticket;
    private @Nullable AtomicReferenceArray<@Nullable GuardInfo> page;
    private int place;

    /**
     * @param thread null if there is nothing left of it
     * @param since a reading of the ticker
     * @param site where the guard is acquired, innermost frame first; null if nobody wants to know
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

    long ticket() {
        return ticket;
    }

    void setTicket(long newTicket) {
        ticket = newTicket;
    }

    void setPlace(AtomicReferenceArray<@Nullable GuardInfo> newPage, int newPlace) {
        page = newPage;
        place = newPlace;
    }

    /** Takes it off the roster on which it has its place. */
    void unlist() {
        if (page != null) {
            page.setRelease(place, null);
        }
    }

    /** The hold has ended: keeps nothing of the user's, even if somebody keeps the guard. */
    void forget() {
        label = null;
        thread = null;
        site = null;
    }

    /** What a person calls it. */
    String name() {
        String what = label;
        List<StackTraceElement> where = site;
        StringBuilder name = new StringBuilder(what == null ? "guard without a label" : what);
        if (where != null) {
            name.append(", acquired at ")
                    .append(StackTraces.plain(where.toArray(StackTraceElement[]::new)).stream()
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining(" < ")));
        }
        return name.toString();
    }

    /** What it looks like to somebody who waits for it; empty if the hold has just ended. */
    Optional<UnfinishedWork> snapshot(long now) {
        String name = name();
        Thread holding = thread;
        if (holding == null) {
            return Optional.empty();
        }
        String whole = holding.isAlive() ? name : name + WHOSE_THREAD_HAS_ENDED;
        return Optional.of(UnfinishedWork.of(whole, age(now), holding));
    }

    /** How long it has held the guard. */
    Duration age(long now) {
        return Duration.ofNanos(Math.max(0, now - since));
    }
}
