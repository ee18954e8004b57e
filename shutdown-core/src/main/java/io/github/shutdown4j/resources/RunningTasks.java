package io.github.shutdown4j.resources;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The running tasks in the order of their start, and the earliest due time. The check is cheap as long as no task is due.
 * Guarded by the lock of the scheduler.
 */
final class RunningTasks {

    private final Set<ReleaseTask> tasks = new LinkedHashSet<>();
    /** Never later than the earliest due time of all tasks. */
    private long nextDue;

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    int size() {
        return tasks.size();
    }

    List<ReleaseTask> all() {
        return List.copyOf(tasks);
    }

    void add(ReleaseTask task) {
        if (tasks.isEmpty() || task.dueAt() - nextDue < 0) {
            nextDue = task.dueAt();
        }
        tasks.add(task);
    }

    void remove(ReleaseTask task) {
        tasks.remove(task);
    }

    /** Returns the tasks that are due; they stay until they are removed. */
    List<ReleaseTask> due(long now) {
        if (tasks.isEmpty() || nextDue - now > 0) {
            return List.of();
        }
        List<ReleaseTask> due = new ArrayList<>();
        boolean found = false;
        for (ReleaseTask task : tasks) {
            if (task.dueAt() - now <= 0) {
                due.add(task);
            } else if (!found || task.dueAt() - nextDue < 0) {
                nextDue = task.dueAt();
                found = true;
            }
        }
        return due;
    }

    /** A due time has changed: the next call of {@link #due} checks all tasks. */
    void reset(long now) {
        nextDue = now;
    }

    long nanosUntilDue(long now) {
        return tasks.isEmpty() ? Long.MAX_VALUE : nextDue - now;
    }
}
