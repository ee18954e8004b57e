package io.github.shutdown4j.examples.clients;

import java.util.Optional;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.ExecutionChain;
import com.github.kagkarlsson.scheduler.event.ExecutionInterceptor;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;

/** db-scheduler: the stop pauses it, each task holds a guard, and the release stops it before the database is closed. */
record DbSchedulerGuards(ConnectionTracker tasks) implements ExecutionInterceptor {

    /** Starts the scheduler; from the stop on, it fetches no tasks. */
    static Service service(Scheduler scheduler) {
        return Service.of(scheduler::start, scheduler::pause);
    }

    /**
     * Priority 0, so it comes before the database. An interrupt would fail a running task, which is then not tried again
     * for five minutes; so the limit of this resource should be longer than {@code shutdownMaxWait} of the scheduler.
     */
    static Resource resource(Scheduler scheduler) {
        return Resource.of("db-scheduler", Resource.EARLY_PRIORITY, scheduler::stop);
    }

    @Override
    public CompletionHandler<?> execute(TaskInstance<?> task, ExecutionContext context, ExecutionChain chain) {
        Optional<ConnectionGuard> guard = tasks.tryAcquire(task.getTaskName());
        try {
            return chain.proceed(task, context); // without a guard if it was fetched just before the stop
        } finally {
            guard.ifPresent(ConnectionGuard::close);
        }
    }
}
