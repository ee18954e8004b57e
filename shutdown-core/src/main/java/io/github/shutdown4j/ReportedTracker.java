package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * A tracker among those of a coordinator: where there are several, its guards are told apart by its name.
 *
 * @param named whether to put the name of the tracker before those of its guards
 */
record ReportedTracker(ConnectionTracker tracker, boolean named) implements UnfinishedWork.Source {

    static List<ReportedTracker> of(List<ConnectionTracker> trackers) {
        boolean several = trackers.size() > 1;
        List<ReportedTracker> reported = new ArrayList<>(trackers.size());
        for (ConnectionTracker tracker : trackers) {
            reported.add(new ReportedTracker(tracker, several));
        }
        return reported;
    }

    String name() {
        return tracker.name();
    }

    StepResult drain(Duration timeout) throws InterruptedException {
        StepResult step = tracker.drain(timeout);
        return new StepResult(
                step.name(),
                step.outcome(),
                step.startedAfter(),
                step.elapsed(),
                step.detail(),
                step.failure(),
                told(step.unfinished()),
                step.unfinishedCount());
    }

    @Override
    public long unfinishedCount() {
        return tracker.unfinishedCount();
    }

    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        return told(tracker.unfinished(limit));
    }

    private List<UnfinishedWork> told(List<UnfinishedWork> guards) {
        return named ? guards.stream().map(this::told).toList() : guards;
    }

    private UnfinishedWork told(UnfinishedWork guard) {
        String name = "tracker '" + name() + "': " + guard.name();
        return new UnfinishedWork(name, guard.age(), guard.thread(), guard.stack());
    }
}
