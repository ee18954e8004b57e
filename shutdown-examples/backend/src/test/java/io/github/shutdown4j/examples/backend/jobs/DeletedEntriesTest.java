package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An operator deletes or trims entries of the stream while they are pending. */
class DeletedEntriesTest extends JobsFixture {

    private final JobTimes fast = JobTimes.defaults().fasterBy(60);

    private static List<StreamEntryID> entriesReadBy(String consumer, JobStream stream, Jedis reader)
            throws RedisUnavailableException {
        return stream.read(reader, consumer, 10, Duration.ofSeconds(1)).stream()
                .map(Delivery::entry)
                .toList();
    }

    @Test
    @DisplayName("returned entries that were deleted do not block the others")
    void aDeletedEntryIsSkippedAndTheOthersAreDone() throws Exception {
        submitted.submit(6, JobType.A, "{}");
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast);
                Jedis reader = new Jedis(Servers.REDIS)) {
            JobStream stream = new JobStream(redis, JobType.A);
            List<StreamEntryID> entries = entriesReadBy("c", stream, reader);
            assertThat(stream.handBack("c", entries)).isEqualTo(6);
            submitted.jedis.xdel(JobType.A.stream(), entries.get(0), entries.get(3));
        }
        try (Instance instance = new Instance().start()) {
            submitted.submit(JobType.A, "{}");
            await().until(() -> SubmittedJobs.done() == 5);
            await().until(() -> submitted.pending(JobType.A) == 0);
            assertThat(instance.consumers.get(JobType.A).stall()).isEmpty();
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(5);
    }

    @Test
    @DisplayName("a job in flight whose entry is deleted is done, and leaves nothing pending")
    void theEntryOfAJobInFlightIsDeleted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Instance instance = new Instance();
        instance.times = fast; // so that it is refreshed meanwhile
        instance.handlers.put(JobType.A, (job, context) -> {
            begun.countDown();
            go.await();
            context.finish(connection -> null);
        });
        try (Instance alsoClosed = instance.start()) {
            submitted.submit(JobType.A, "{}");
            begun.await();
            submitted.jedis.xtrim(JobType.A.stream(), 0, false);
            await().until(() -> submitted.pending(JobType.A) == 0); // by the refresh
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 1);
            submitted.submit(JobType.A, "{}");
            await().until(() -> SubmittedJobs.done() == 2);
        }
    }

    @Test
    @DisplayName("deleted entries are acknowledged, neither moved nor dead-lettered, and logged once")
    void everyOperationAcknowledgesThem() throws Exception {
        submitted.submit(5, JobType.A, "{}");
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast);
                Jedis reader = new Jedis(Servers.REDIS)) {
            JobStream stream = new JobStream(redis, JobType.A);
            List<StreamEntryID> entries = entriesReadBy("c", stream, reader);
            submitted.jedis.xtrim(JobType.A.stream(), 0, false);
            assertThat(submitted.pending(JobType.A, "c")).isEqualTo(5);

            stream.touch("c", entries.subList(0, 1));
            assertThat(submitted.pending(JobType.A, "c")).isEqualTo(4);
            assertThat(stream.handBack("c", entries.subList(1, 2))).isZero();
            assertThat(stream.returnIdle("c", entries.subList(2, 3), Duration.ZERO))
                    .isZero();
            stream.offerAgain("c", new Delivery(entries.get(3), new Job("A-3", JobType.A, "{}"), 1), Duration.ZERO);
            assertThat(stream.moveToDeadLetters("c", entries.get(4), Duration.ZERO, "why not"))
                    .isFalse();
            assertThat(submitted.pending(JobType.A)).isZero();
            assertThat(submitted.dead()).isZero();
            assertThat(stream.deleteIfEmpty("c")).isTrue();
        }
    }
}
