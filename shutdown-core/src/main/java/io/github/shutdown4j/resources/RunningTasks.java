package io.github.shutdown4j.resources;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The jobs under way, in the order in which they began, and when the first of them is due. Looking is cheap as long as
 * none is. Not safe for threads: guarded by the lock of the board.
 */
final class RunningTasks {

    private final Set<ReleaseTask> jobs = new LinkedHashSet<>();
    /** Never after the first due time of all jobs. */
    private long nextDue;

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    int size() {
        return jobs.size();
    }

    List<ReleaseTask> all() {
        return List.copyOf(jobs);
    }

    void add(ReleaseTask job) {
        if (jobs.isEmpty() || job.dueAt() - nextDue < 0) {
            nextDue = job.dueAt();
        }
        jobs.add(job);
    }

    void remove(ReleaseTask job) {
        jobs.remove(job);
    }

    /** Those whose time is up; they stay until they are removed. */
    List<ReleaseTask> due(long now) {
        if (jobs.isEmpty() || nextDue - now > 0) {
            return List.of();
        }
        List<ReleaseTask> due = new ArrayList<>();
        boolean found = false;
        for (ReleaseTask job : jobs) {
            if (job.dueAt() - now <= 0) {
                due.add(job);
            } else if (!found || job.dueAt() - nextDue < 0) {
                nextDue = job.dueAt();
                found = true;
            }
        }
        return due;
    }

    /** A due time has moved: look at all of them the next time. */
    void lookAgain(long now) {
        nextDue = now;
    }

    long nanosUntilDue(long now) {
        return jobs.isEmpty() ? Long.MAX_VALUE : nextDue - now;
    }
}
