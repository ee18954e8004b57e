package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.params.XPendingParams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Processes that die, and the instances that take over their jobs. */
class JobDeathTest extends JobsFixture {

    /** Dead 4.5 s after the last heartbeat, idle after 3 s; a loaded machine stalls for less. */
    private static final int FASTER = 20;

    /** For JVMs that start on a loaded machine; reached only by a test that fails anyway. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void killChildren() throws Exception {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("scenario 60: after SIGKILL another instance gets all jobs, in their second delivery")
    void jobsOfAKilledProcessRunElsewhere() throws Exception {
        killed(process -> process.destroyForcibly());
    }

    @Test
    @DisplayName("scenario 61: the same after SIGKILL in the middle of the drain")
    void jobsOfAProcessKilledInItsDrainRunElsewhere() throws Exception {
        killed(process -> {
            process.destroy();
            await().atMost(PATIENCE).until(() -> Files.readString(directory.resolve("child.log"))
                    .contains("phase DRAIN"));
            assertThat(process.isAlive()).isTrue();
            process.destroyForcibly();
        });
    }

    private interface Death {
        void of(Process process) throws Exception;
    }

    private void killed(Death death) throws Exception {
        submitted.submit(5, JobType.A, "{\"ms\": 3600000}");
        Process process = child();
        await().atMost(PATIENCE).until(() -> SubmittedJobs.runs() == 5);
        death.of(process);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(137);
        assertThat(submitted.pending(JobType.A)).isEqualTo(5);
        assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isZero();

        CountDownLatch go = new CountDownLatch(1);
        Instance second = fast();
        second.handlers.put(JobType.A, (job, context) -> {
            go.await();
            context.finish(connection -> null);
        });
        try (Instance alsoClosed = second.start()) {
            await().atMost(PATIENCE).until(() -> SubmittedJobs.runs() == 10);
            assertThat(submitted.jedis.xpending(JobType.A.stream(), JobStream.GROUP, new XPendingParams("-", "+", 9)))
                    .hasSize(5)
                    .allMatch(entry -> entry.getDeliveredTimes() == 2);
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 5);
            await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
            // The dead consumer has no entries any more, so it is deleted. Scenario 66.
            await().until(() -> submitted
                            .jedis
                            .xinfoConsumers2(JobType.A.stream(), JobStream.GROUP)
                            .size()
                    <= 2);
        }
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    @DisplayName("scenario 67: a job that kills its process becomes a dead letter, the others are done")
    void aJobThatKillsBecomesADeadLetter() throws Exception {
        submitted.submit(3, JobType.A, "{\"ms\": 10}");
        submitted.submit(JobType.A, "die");
        submitted.submit(3, JobType.A, "{\"ms\": 10}");
        for (int death = 1; death <= 2; death++) { // the limit of the child
            Process process = child();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(137);
        }
        Process last = child();
        await().atMost(PATIENCE).until(() -> submitted.dead() == 1);
        await().until(() -> SubmittedJobs.done() == 6);
        assertThat(last.isAlive()).isTrue();
        last.destroy();
        assertThat(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).isZero();
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), JobTimes.defaults())) {
            DeadLetters letters = new DeadLetters(redis);
            assertThat(letters.count()).isEqualTo(1);
            assertThat(letters.list(10).get(0))
                    .containsEntry("payload", "die")
                    .containsEntry("deliveries", "2")
                    .containsEntry("stream", "jobs:a");
        }
        assertThat(submitted.jedis.xlen(JobType.A.stream())).isZero();
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    @DisplayName("scenario 67: a job that fails again and again becomes a dead letter, the others are done")
    void aJobThatFailsBecomesADeadLetter() throws Exception {
        Instance instance = fast();
        instance.limits = new JobLimits(10, 5, 3);
        submitted.submit(5, JobType.A, "{}");
        submitted.submit(JobType.A, "{\"fail\": true}");
        submitted.submit(JobType.A, "no JSON");
        submitted.submit(5, JobType.A, "{}");
        try (Instance alsoClosed = instance.start();
                Instance another = fast()) {
            another.limits = instance.limits;
            another.start();
            await().until(() -> submitted.dead() == 2);
            await().until(() -> SubmittedJobs.done() == 10);
        }
        assertThat(Servers.number("select count(*) from job_runs where outcome in ('failed', 'dead')"))
                .isEqualTo(6);
        submitted.assertEachInOneState(JobType.A);
    }

    private Instance fast() {
        Instance instance = new Instance();
        instance.times = JobTimes.defaults().fasterBy(FASTER);
        instance.rebalanceEvery = Duration.ofMillis(200);
        return instance;
    }

    private Process child() throws Exception {
        Process child = Children.start(
                JobsProgram.class, directory.resolve("child.log"), Servers.REDIS, Servers.DATABASE, "" + FASTER);
        children.add(child);
        return child;
    }
}
