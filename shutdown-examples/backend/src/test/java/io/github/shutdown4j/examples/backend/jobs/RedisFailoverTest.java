package io.github.shutdown4j.examples.backend.jobs;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The Redis of two instances switches roles with its replica while they fetch, run and settle jobs. */
class RedisFailoverTest {

    @TempDir
    private Path directory;

    @Test
    void noJobIsLostNorDoneTwiceWhenTheReplicaIsPromoted() throws Exception {
        Servers.empty();
        try (Failover redis = new Failover(directory);
                SubmittedJobs submitted = new SubmittedJobs(redis.url());
                Instance first = instance(redis);
                Instance second = instance(redis)) {
            first.start();
            second.start();
            submitted.submit(60, JobType.A, "{\"ms\": 20}");
            await().until(() -> SubmittedJobs.done() >= 20);
            redis.failOver();
            try (SubmittedJobs onTheNewOne = new SubmittedJobs(redis.url())) {
                onTheNewOne.ids.addAll(submitted.ids);
                onTheNewOne.submit(60, JobType.A, "{\"ms\": 20}");
                await().until(() -> SubmittedJobs.done() >= 80);
                redis.failOver();
            }
            try (SubmittedJobs again = new SubmittedJobs(redis.url())) {
                await().until(() -> SubmittedJobs.done() == 120);
                await().until(() -> again.jedis.xlen(JobType.A.stream()) == 0);
                assertThat(again.dead()).isZero();
                await().until(() -> first.consumers.get(JobType.A).stall().isEmpty());
            }
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(120);
    }

    private static Instance instance(Failover redis) {
        Instance instance = new Instance(redis.url(), Servers.POOL);
        instance.times = JobTimes.defaults().fasterBy(20);
        instance.rebalanceEvery = Duration.ofMillis(500);
        return instance;
    }
}
