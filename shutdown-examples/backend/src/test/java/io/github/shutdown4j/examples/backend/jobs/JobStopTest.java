package io.github.shutdown4j.examples.backend.jobs;

import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XPendingParams;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An instance that is stopped cleanly, and the state of its jobs afterwards. */
class JobStopTest extends JobsFixture {

    @Test
    @DisplayName("scenario 58: the jobs in flight are done, no other is started, and all others stay available")
    void jobsInFlightAreDoneAndTheOthersHandedBack() throws Exception {
        submitted.submit(25, JobType.A, "{}");
        CountDownLatch go = new CountDownLatch(1);
        Instance first = new Instance();
        first.config = Instance.limits(Duration.ofSeconds(40), Duration.ofSeconds(30));
        first.handlers.put(JobType.A, (job, context) -> {
            go.await();
            context.finish(connection -> null);
        });
        first.start();
        await().until(() -> SubmittedJobs.runs() == 5);

        first.requestStop();
        // From here on a free slot takes no job.
        await().until(() -> submitted.pending(JobType.A, JobStream.HANDED_BACK) == 5);
        go.countDown();
        ShutdownReport report = first.stop();

        assertThat(report.isClean()).describedAs(report.toText()).isTrue();
        assertThat(SubmittedJobs.done()).isEqualTo(5);
        assertThat(SubmittedJobs.runs()).isEqualTo(5);
        assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isEqualTo(5); // fetched, not begun
        assertThat(submitted.undelivered(JobType.A)).isEqualTo(15);
        submitted.assertEachInOneState(JobType.A);
        assertThat(submitted.jedis.xpending(JobType.A.stream(), JobStream.GROUP, new XPendingParams("-", "+", 9)))
                .describedAs("a hand-back is no delivery")
                .hasSize(5)
                .allMatch(entry -> entry.getDeliveredTimes() == 0);
    }

    @Test
    @DisplayName("returned jobs reach another instance after about a second")
    void handedBackJobsAreTakenAtOnce() throws Exception {
        Instance second = new Instance();
        second.times = JobTimes.defaults();
        CountDownLatch never = new CountDownLatch(1);
        Instance first = new Instance();
        first.config = Instance.limits(Duration.ofSeconds(5), Duration.ofMillis(100));
        first.handlers.put(JobType.A, (job, context) -> never.await());
        first.start();
        submitted.submitTogether(10, JobType.A, "{}");
        await().until(() -> submitted.pending(JobType.A, first.name) == 10);
        try (Instance alsoClosed = second.start()) {
            first.stop();
            // A read blocks for a second; jobs of dead instances are taken after a minute. The rest is a reserve for a
            // slow machine.
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(SubmittedJobs.done())
                    .describedAs(() -> ""
                            + submitted.jedis.xpending(
                                    JobType.A.stream(), JobStream.GROUP, new XPendingParams("-", "+", 19)))
                    .isEqualTo(10));
        }
    }

    @Test
    @DisplayName("scenario 59: jobs that outlast the shutdown stay pending, are reported, and run elsewhere")
    void whatDoesNotEndIsReportedAndRunsElsewhere() throws Exception {
        submitted.submit(5, JobType.A, "{\"ms\": 3600000}");
        Instance first = new Instance();
        first.config = Instance.limits(Duration.ofSeconds(20), Duration.ofSeconds(1));
        first.start();
        await().until(() -> SubmittedJobs.runs() == 5);

        ShutdownReport report = first.stop();

        StepResult drain = step(report, ShutdownPhase.DRAIN, "jobs A");
        assertThat(drain.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(drain.unfinished()).hasSize(5).allMatch(work -> work.name().contains("job A-"));
        assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(20)); // the jobs take an hour
        assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isEqualTo(5);

        Instance second = new Instance();
        second.handlers.put(JobType.A, (job, context) -> context.finish(connection -> null));
        try (Instance alsoClosed = second.start()) {
            await().until(() -> SubmittedJobs.done() == 5);
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(10);
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    @DisplayName("an attempt that the shutdown interrupts is not counted, whatever its handler throws")
    void anInterruptedAttemptIsNoFailure() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Instance instance = new Instance();
        instance.limits = new JobLimits(10, 5, 1);
        instance.config = Instance.limits(Duration.ofSeconds(20), Duration.ofMillis(100));
        instance.handlers.put(JobType.A, (job, context) -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        });
        submitted.submit(JobType.A, "{}");
        instance.start();
        begun.await();
        instance.stop();
        assertThat(submitted.dead()).isZero();
        assertThat(submitted.jedis.xpending(JobType.A.stream(), JobStream.GROUP, new XPendingParams("-", "+", 9)))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.getConsumerName()).isEqualTo(JobStream.HANDED_BACK);
                    assertThat(entry.getDeliveredTimes()).isZero();
                });
    }

    @Test
    @DisplayName("scenario 63: a job that ends while it is being abandoned is never done twice")
    void aJobThatEndsWhileItIsAbandonedHasOneEffect() throws Exception {
        for (int early = -10; early <= 10; early += 2) {
            int millis = 100 - early;
            Instance first = new Instance();
            first.config = Instance.limits(Duration.ofSeconds(20), Duration.ofMillis(100));
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch stopped = new CountDownLatch(1);
            first.handlers.put(JobType.A, (job, context) -> {
                begun.countDown();
                stopped.await();
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(100_000); // ignores the interrupt
                }
                effect(job, context);
            });
            first.start();
            submitted.submit(JobType.A, "{}");
            begun.await();
            first.requestStop();
            stopped.countDown();
            Instance second = new Instance();
            second.handlers.put(JobType.A, JobStopTest::effect);
            try (Instance alsoClosed = second.start()) {
                first.stop();
                await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
            }
            submitted.assertEachInOneState(JobType.A);
        }
        assertThat(Servers.number("select count(*) from effects")).isEqualTo(submitted.ids.size());
        assertThat(Servers.number("select count(distinct job_id) from effects")).isEqualTo(submitted.ids.size());
    }

    @Test
    @DisplayName("a job whose record exists is acknowledged and not done again")
    void aJobThatWasDoneIsNotDoneAgain() throws Exception {
        String id = submitted.submit(JobType.A, "{}");
        try (Instance instance = new Instance().start()) {
            await().until(() -> instance.ends.size() == 1); // it was acknowledged before
            submitted.jedis.xadd(JobType.A.stream(), XAddParams.xAddParams(), Map.of("id", id));
            await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
            await().until(() -> instance.ends.size() == 2);
            assertThat(instance.ends)
                    .extracting(JobEnd::outcome)
                    .containsExactly(JobOutcome.DONE, JobOutcome.DUPLICATE);
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(1);
    }

    @Test
    @DisplayName("scenario 68: a job with a cursor stops between two items and continues elsewhere")
    void aCursorJobContinuesWhereItStopped() throws Exception {
        List<Integer> items = new CopyOnWriteArrayList<>();
        CountDownLatch at37 = new CountDownLatch(1);
        Instance first = new Instance();
        first.config = Instance.limits(Duration.ofSeconds(40), Duration.ofSeconds(30));
        first.handlers.put(JobType.B, (whole, context) -> new CursorHandler((job, item) -> {
                    items.add(item);
                    if (item == 37) {
                        at37.countDown();
                        await().until(context::isStopping);
                    }
                })
                .run(whole, context));
        first.start();
        submitted.submit(JobType.B, "{\"items\": 100, \"ms\": 10}");
        at37.await();
        ShutdownReport report = first.stop();
        assertThat(report.isClean()).describedAs(report.toText()).isTrue();
        assertThat(items).hasSize(38);
        assertThat(submitted.pending(JobType.B, JobStream.HANDED_BACK)).isEqualTo(1);

        Instance second = new Instance();
        second.handlers.put(JobType.B, new CursorHandler((job, item) -> items.add(item)));
        try (Instance alsoClosed = second.start()) {
            await().until(() -> SubmittedJobs.done() == 1);
        }
        assertThat(items.get(38)).isEqualTo(38);
        assertThat(items).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("limits can change while jobs are in flight")
    void limitsMayChange() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        var running = ConcurrentHashMap.newKeySet();
        Instance instance = new Instance();
        instance.limits = new JobLimits(10, 2, 5);
        instance.handlers.put(JobType.A, (job, context) -> {
            running.add(job.id());
            go.await();
            context.finish(connection -> null);
        });
        try (Instance alsoClosed = instance.start()) {
            submitted.submit(20, JobType.A, "{}");
            await().until(() -> running.size() == 2);
            instance.limits = new JobLimits(10, 7, 5);
            await().until(() -> running.size() == 7);
            instance.limits = new JobLimits(3, 1, 5);
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 20);
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(20);
    }

    private static void effect(Job job, JobContext context) throws Exception {
        context.finish(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate("insert into effects values ('" + job.id() + "')");
            }
        });
    }

    static StepResult step(ShutdownReport report, ShutdownPhase phase, String name) {
        return report.phases().stream()
                .filter(p -> p.phase() == phase)
                .flatMap(p -> p.steps().stream())
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(report.toText()));
    }
}
