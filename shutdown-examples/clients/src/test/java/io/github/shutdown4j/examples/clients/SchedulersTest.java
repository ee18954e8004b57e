package io.github.shutdown4j.examples.clients;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.listeners.SchedulerListenerSupport;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A job in flight is finished, none begins after the stop, and the scheduler ends before its database. */
@Timeout(120)
class SchedulersTest {

    /** The jobs, with any scheduler: they begin, and end when the test releases them. */
    private static final class Work {

        private static volatile Work current = new Work();

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private final AtomicInteger started = new AtomicInteger();
        private final AtomicInteger finished = new AtomicInteger();

        void run() throws InterruptedException {
            started.incrementAndGet();
            begun.countDown();
            mayEnd.await();
            finished.incrementAndGet();
        }
    }

    private final Work work = new Work();
    private final ConnectionTracker jobs = ConnectionTracker.create("jobs");

    private ShutdownCoordinator coordinator(Service service) {
        Work.current = work;
        return ShutdownCoordinator.builder()
                .services(ServiceGroup.builder().add("scheduler", service).build())
                .tracker(jobs)
                .embedded()
                .build();
    }

    /** Starts it, stops it while a job is in flight, and ends the job once the drain waits for it. */
    private void endWithAJobInFlight(ShutdownCoordinator coordinator) throws InterruptedException {
        endWithAJobInFlight(coordinator, () -> {});
    }

    /** As the other, and calls {@code closed} once the tracker is closed. */
    private void endWithAJobInFlight(ShutdownCoordinator coordinator, Runnable closed) throws InterruptedException {
        coordinator.start();
        assertThat(work.begun.await(60, TimeUnit.SECONDS)).isTrue();
        coordinator.shutdown("the test");
        await().atMost(ofSeconds(60)).until(jobs::isClosed);
        closed.run();
        await().atMost(ofSeconds(60)).until(() -> work.started.get() == jobs.inFlight()); // one may be about to start
        int startedAtTheDrain = work.started.get();
        assertThat(coordinator.await(Duration.ofMillis(500)))
                .as("waits for the job")
                .isEmpty();
        work.mayEnd.countDown();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(work.started.get()).isEqualTo(startedAtTheDrain);
        assertThat(work.finished.get()).isEqualTo(startedAtTheDrain);
    }

    public static final class QuartzJob implements Job {

        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            try {
                Work.current.run();
            } catch (InterruptedException e) {
                throw new JobExecutionException(e);
            }
        }
    }

    @Test
    void quartzFinishesTheJobInFlight() throws Exception {
        Properties settings = new Properties();
        settings.put("org.quartz.threadPool.threadCount", "2");
        settings.put("org.quartz.scheduler.skipUpdateCheck", "true");
        Scheduler scheduler = new StdSchedulerFactory(settings).getScheduler();
        scheduler.scheduleJob(
                JobBuilder.newJob(QuartzJob.class).withIdentity("report").build(),
                TriggerBuilder.newTrigger()
                        .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                                .withIntervalInMilliseconds(50)
                                .repeatForever())
                        .build());
        ShutdownCoordinator coordinator = coordinator(QuartzGuards.service(scheduler, jobs));
        coordinator.resources().register(QuartzGuards.resource(scheduler));
        endWithAJobInFlight(coordinator);
        assertThat(scheduler.isShutdown()).isTrue();
    }

    /** The moment between the stop and the drain, in which a trigger fires that Quartz has acquired before: here it lasts. */
    @Test
    void quartzKeepsAJobThatFiresWhenTheDrainHasBegun() throws Exception {
        Work.current = work;
        Properties settings = new Properties();
        settings.put("org.quartz.scheduler.instanceName", "late");
        settings.put("org.quartz.threadPool.threadCount", "1");
        Scheduler scheduler = new StdSchedulerFactory(settings).getScheduler();
        QuartzGuards.service(scheduler, jobs);
        jobs.close();
        scheduler.start();
        try {
            CountDownLatch fired = new CountDownLatch(1);
            scheduler.getListenerManager().addSchedulerListener(new SchedulerListenerSupport() {
                @Override
                public void triggerFinalized(Trigger trigger) {
                    fired.countDown();
                }

                @Override
                public void jobScheduled(Trigger trigger) {
                    if (!trigger.getKey().getName().equals("once")) {
                        standby(scheduler);
                    }
                }
            });
            scheduler.scheduleJob(
                    JobBuilder.newJob(QuartzJob.class).withIdentity("report").build(),
                    TriggerBuilder.newTrigger()
                            .withIdentity("once")
                            .usingJobData("month", "May")
                            .startNow()
                            .build());
            assertThat(fired.await(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(ofSeconds(60))
                    .untilAsserted(() -> assertThat(scheduler.checkExists(TriggerKey.triggerKey("once")))
                            .isFalse());
            await().atMost(ofSeconds(60)).untilAsserted(() -> assertThat(
                            scheduler.getTriggersOfJob(JobKey.jobKey("report")))
                    .as("triggers for the next start")
                    .singleElement()
                    .satisfies(again -> assertThat(again.getJobDataMap()).containsEntry("month", "May")));
        } finally {
            scheduler.shutdown(false);
        }
        assertThat(work.started.get()).isZero();
    }

    private static void standby(Scheduler scheduler) {
        try {
            scheduler.standby();
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void dbSchedulerFinishesTheTaskInFlightBeforeTheDatabaseIsClosed() throws Exception {
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:mem:tasks;DB_CLOSE_ON_EXIT=FALSE", "", "");
        createTable(database);
        OneTimeTask<Void> task = Tasks.oneTime("report").execute((instance, context) -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        var scheduler = com.github.kagkarlsson.scheduler.Scheduler.create(database, task)
                .pollingInterval(Duration.ofMillis(50))
                .shutdownMaxWait(ofSeconds(5))
                .addExecutionInterceptor(new DbSchedulerGuards(jobs))
                .threads(1)
                .build();
        scheduler.schedule(task.instance("1"), Instant.now());
        AtomicInteger left = new AtomicInteger(-1);
        ShutdownCoordinator coordinator = coordinator(DbSchedulerGuards.service(scheduler));
        coordinator.resources().register(DbSchedulerGuards.resource(scheduler));
        coordinator.resources().register(Resources.database("database", () -> {
            left.set(count(database));
            database.dispose();
        }));
        endWithAJobInFlight(coordinator, () -> {
            await().atMost(ofSeconds(60))
                    .until(() -> scheduler.getSchedulerState().isPaused());
            scheduler.schedule(task.instance("2"), Instant.now());
        });
        assertThat(left.get())
                .as("the first is done, the second is left for the next start")
                .isEqualTo(1);
    }

    private static int count(JdbcConnectionPool database) throws SQLException {
        try (Connection connection = database.getConnection();
                var rows = connection.createStatement().executeQuery("select count(*) from scheduled_tasks")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** The table of db-scheduler. */
    private static void createTable(JdbcConnectionPool database) throws SQLException {
        try (Connection connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("""
                    create table scheduled_tasks (
                      task_name varchar(100), task_instance varchar(100), task_data blob,
                      execution_time timestamp with time zone not null,
                      picked boolean not null, picked_by varchar(50),
                      last_success timestamp with time zone, last_failure timestamp with time zone,
                      consecutive_failures int, last_heartbeat timestamp with time zone,
                      version bigint not null, priority int, state varchar(20),
                      primary key (task_name, task_instance))
                    """);
        }
    }
}
