package io.github.shutdown4j.connections;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

import io.github.shutdown4j.report.UnfinishedWork;

/** Selects the oldest open guards for a report. */
final class OldestGuards {

    private OldestGuards() {}

    /** Returns at most {@code limit} of the guards with details, oldest first; {@code limit} is more than zero. */
    static List<UnfinishedWork> of(StripedCounter counter, long now, int limit) {
        // The youngest is on top, so that it is the one to be replaced.
        Queue<GuardInfo> oldest = new PriorityQueue<>(Comparator.comparingLong(info -> now - info.since()));
        counter.forEachGuard(info -> {
            oldest.add(info);
            if (oldest.size() > limit) {
                oldest.remove();
            }
        });
        List<UnfinishedWork> list = new ArrayList<>();
        while (!oldest.isEmpty()) {
            oldest.remove().snapshot(now).ifPresent(list::add);
        }
        Collections.reverse(list);
        return list;
    }
}
