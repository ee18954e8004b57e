package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.resps.StreamPendingEntry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The last attempt of a job, which runs alone, so that no other job can be responsible for the death of its process. */
class LastAttemptTest extends JobsFixture {

    @Test
    void itIsNotCountedWhileItWaitsForTheJobsInFlight() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Instance instance = new Instance();
        instance.limits = new JobLimits(10, 5, 2);
        instance.handlers.put(JobType.A, (job, context) -> {
            if (job.id().equals("A-0")) {
                begun.countDown();
                go.await();
            }
            context.finish(connection -> null);
        });
        try (Instance alsoClosed = instance.start()) {
            submitted.submit(JobType.A, "{}");
            begun.await();
            returnedOnce();
            // It is not offered to others any more.
            await().until(() -> pending(1).getIdleTime()
                    < JobStream.HANDED_BACK_IDLE.minusMillis(1).toMillis());
            assertThat(pending(1).getDeliveredTimes()).describedAs("deliveries").isEqualTo(1);
            assertThat(SubmittedJobs.runs()).isEqualTo(1);
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 2);
            await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
        } finally {
            go.countDown();
        }
    }

    @Test
    void oneThatHangsBlocksTheOtherJobsNoLongerThanItsLimit() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Duration limit = Duration.ofSeconds(2);
        Instance instance = withLimit(limit);
        instance.handlers.put(JobType.A, (job, context) -> {
            if (job.id().equals("A-1")) {
                begun.countDown();
                hangs.await();
            }
            context.finish(connection -> null);
        });
        try (LoggedLines logs = new LoggedLines();
                Instance alsoClosed = instance.start()) {
            submitted.submit(JobType.A, "{}");
            await().until(() -> SubmittedJobs.done() == 1);
            long offered = System.nanoTime(); // its time begins a moment later, and before its handler is called
            returnedOnce();
            begun.await();
            submitted.submit(JobType.A, "{}");
            submitted.submit(JobType.B, "{}");
            await().until(() -> SubmittedJobs.done() == 3); // all but the one that hangs
            assertThat(Duration.ofNanos(System.nanoTime() - offered)).isBetween(limit, Duration.ofSeconds(60));
            assertThat(logs.text())
                    .contains("jobs A: the last attempt of job A-1 has run alone for", "LastAttemptTest");
            hangs.countDown();
            await().until(() -> SubmittedJobs.done() == 4);
        } finally {
            hangs.countDown();
        }
        assertThat(submitted.dead()).isZero();
    }

    @Test
    void aJobThatHangsDoesNotKeepOneFromBeginning() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        Instance instance = withLimit(Duration.ofMillis(700));
        instance.handlers.put(JobType.A, (job, context) -> {
            if (job.id().equals("A-0")) {
                begun.countDown();
                hangs.await();
            }
            context.finish(connection -> null);
        });
        try (LoggedLines logs = new LoggedLines();
                Instance alsoClosed = instance.start()) {
            submitted.submit(JobType.A, "{}");
            begun.await();
            returnedOnce();
            await().until(() -> SubmittedJobs.done() == 1);
            assertThat(Servers.column("select id from jobs")).containsExactly("A-1");
            assertThat(logs.text()).contains("jobs A: a last attempt does not wait any longer for [A-0]");
            hangs.countDown();
            await().until(() -> SubmittedJobs.done() == 2);
        } finally {
            hangs.countDown();
        }
    }

    /** With two deliveries, and so much time in which a last attempt runs alone. */
    private static Instance withLimit(Duration exclusive) {
        Instance instance = new Instance();
        instance.times = OtherTimes.than(instance.times).exclusive(exclusive).build();
        instance.limits = new JobLimits(10, 5, 2);
        return instance;
    }

    /** A job whose first delivery was to a consumer that has died; the instance does not get it in between. */
    private void returnedOnce() {
        String script = """
                local id = redis.call('XADD', KEYS[1], '*', 'id', 'A-1', 'payload', '{}')
                redis.call('XREADGROUP', 'GROUP', ARGV[1], 'dead', 'COUNT', 1, 'STREAMS', KEYS[1], '>')
                redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'IDLE', ARGV[3], 'RETRYCOUNT', 1, 'JUSTID')
                """;
        submitted.jedis.eval(
                script,
                List.of(JobType.A.stream()),
                List.of(JobStream.GROUP, JobStream.HANDED_BACK, Long.toString(JobStream.HANDED_BACK_IDLE.toMillis())));
        submitted.ids.add("A-1");
    }

    private StreamPendingEntry pending(int index) {
        List<StreamPendingEntry> all =
                submitted.jedis.xpending(JobType.A.stream(), JobStream.GROUP, new XPendingParams("-", "+", 9));
        return all.get(index);
    }
}
