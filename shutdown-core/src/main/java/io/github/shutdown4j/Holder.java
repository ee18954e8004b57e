package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** What is known about one guard: for what, since when, on which thread and, if asked for, from where in the code. */
final class Holder {

    private final @Nullable String label;
    private final Thread thread;
    private final long since;
    private final List<StackTraceElement> site;

    // Set by whoever acquires the guard, before anybody else can see them.
    private long ticket;
    private @Nullable AtomicReferenceArray<@Nullable Holder> page;
    private int place;

    /**
     * @param since a reading of the ticker
     * @param site where the guard is acquired, innermost frame first; empty if nobody wants to know
     */
    Holder(@Nullable String label, Thread thread, long since, List<StackTraceElement> site) {
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

    void setPlace(AtomicReferenceArray<@Nullable Holder> newPage, int newPlace) {
        page = newPage;
        place = newPlace;
    }

    /** Takes it off the roster on which it has its place. */
    void unlist() {
        if (page != null) {
            page.setRelease(place, null);
        }
    }

    /** What a person calls it. */
    String name() {
        StringBuilder name = new StringBuilder(label == null ? "guard without a label" : label);
        if (!site.isEmpty()) {
            name.append(", acquired at ")
                    .append(site.stream().map(StackTraceElement::toString).collect(Collectors.joining(" < ")));
        }
        return name.toString();
    }

    /** What it looks like to somebody who waits for it. */
    UnfinishedWork snapshot(long now) {
        String name = thread.isAlive() ? name() : name() + ", whose thread has ended";
        return UnfinishedWork.of(name, Duration.ofNanos(Math.max(0, now - since)), thread);
    }
}
