package io.github.shutdown4j.connections;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

import io.github.shutdown4j.report.UnfinishedWork;

/** Finds the oldest of the open guards, for a report. */
final class OldestGuards {

    private OldestGuards() {}

    /** At most {@code limit} of those of which details are kept, the oldest first; {@code limit} is more than zero. */
    static List<UnfinishedWork> of(StripedCounter stripes, long now, int limit) {
        // The youngest on top, to make room for an older one.
        Queue<GuardInfo> oldest = new PriorityQueue<>(Comparator.comparingLong(holder -> now - holder.since()));
        stripes.forEachHolder(holder -> {
            oldest.add(holder);
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
