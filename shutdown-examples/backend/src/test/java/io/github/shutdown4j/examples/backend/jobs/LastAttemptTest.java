package io.github.shutdown4j.examples.backend.jobs;

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
