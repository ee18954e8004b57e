package io.github.shutdown4j.examples.clients;

import java.util.Optional;
import java.util.UUID;

import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.TriggerBuilder;
import org.quartz.listeners.TriggerListenerSupport;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;

/** Quartz: the stop puts the scheduler on standby, each job holds a guard, and the release shuts the scheduler down. */
final class QuartzGuards extends TriggerListenerSupport {

    private final ConnectionTracker jobs;

    private QuartzGuards(ConnectionTracker jobs) {
        this.jobs = jobs;
    }

    /** Starts the scheduler; from the stop on, no job begins. */
    static Service service(Scheduler scheduler, ConnectionTracker jobs) throws SchedulerException {
        scheduler.getListenerManager().addTriggerListener(new QuartzGuards(jobs));
        return Service.of(scheduler::start, scheduler::standby);
    }

    /** Does not wait for jobs, as the drain did. {@code shutdown(true)} would wait without limit and ignore interrupts. */
    static Resource resource(Scheduler scheduler) {
        return Resource.of("quartz", Resource.EARLY_PRIORITY, () -> scheduler.shutdown(false));
    }

    @Override
    public String getName() {
        return "guards";
    }

    /** A job whose trigger fired just before the stop, and that finds the drain begun, runs after the next start. */
    @Override
    public boolean vetoJobExecution(Trigger trigger, JobExecutionContext context) {
        Optional<ConnectionGuard> guard = jobs.tryAcquire(trigger.getJobKey().toString());
        guard.ifPresent(held -> context.put(this, held));
        if (guard.isEmpty() && !trigger.mayFireAgain()) {
            scheduleAgain(trigger, context.getScheduler());
        }
        return guard.isEmpty();
    }

    /** Quartz deletes a trigger that has fired for the last time, although its job was vetoed. */
    private static void scheduleAgain(Trigger trigger, Scheduler scheduler) {
        Trigger again = TriggerBuilder.newTrigger()
                .withIdentity(
                        trigger.getKey().getName() + "-" + UUID.randomUUID(),
                        trigger.getKey().getGroup())
                .forJob(trigger.getJobKey())
                .usingJobData(trigger.getJobDataMap())
                .withPriority(trigger.getPriority())
                .startNow() // the scheduler is on standby until the next start
                .build();
        try {
            scheduler.scheduleJob(again);
        } catch (SchedulerException e) {
            throw new IllegalStateException(
                    "job '" + trigger.getJobKey() + "' was due and cannot be scheduled again", e);
        }
    }

    @Override
    public void triggerComplete(Trigger trigger, JobExecutionContext context, CompletedExecutionInstruction code) {
        ((ConnectionGuard) context.get(this)).close();
    }
}
