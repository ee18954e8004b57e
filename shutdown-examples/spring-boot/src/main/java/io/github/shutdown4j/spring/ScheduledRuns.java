package io.github.shutdown4j.spring;

import java.util.Optional;

import org.springframework.core.task.TaskDecorator;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Counts a run of a scheduled method as work in flight. Once the drain has begun, a run that comes due is skipped. */
record ScheduledRuns(ConnectionTracker runs, Optional<TaskDecorator> ofTheApplication) implements TaskDecorator {

    @Override
    public Runnable decorate(Runnable task) {
        Runnable decorated = ofTheApplication.map(other -> other.decorate(task)).orElse(task);
        return () -> {
            Optional<ConnectionGuard> guard = runs.tryAcquire();
            if (guard.isPresent()) {
                try (ConnectionGuard held = guard.get()) {
                    decorated.run();
                }
            }
        };
    }
}
