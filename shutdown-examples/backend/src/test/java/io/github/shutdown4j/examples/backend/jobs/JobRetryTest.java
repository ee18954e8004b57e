package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Jobs that fail and are tried again. */
class JobRetryTest extends JobsFixture {

    /** With a slow database the end of the failed attempt takes longer than the delay of the retry. */
    @Test
    void aRetryThatIsClaimedBeforeTheFailedAttemptHasEndedRuns() throws Exception {
        Instance instance = quick(5);
        AtomicInteger attempts = new AtomicInteger();
        instance.handlers.put(JobType.A, (job, context) -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("the first attempt fails");
            }
            context.finish(connection -> null);
        });
        instance.onEnd = end -> {
            if (end.outcome() == JobOutcome.FAILED) {
                await().until(() -> submitted.pending(JobType.A, instance.name) == 1);
            }
        };
        submitted.submit(JobType.A, "{}");
        try (Instance alsoClosed = instance.start()) {
            await().until(() -> SubmittedJobs.done() == 1);
            assertThat(attempts).hasValue(2);
        }
        submitted.assertEachInOneState(JobType.A);
    }

    /** Nobody interrupts a job before the end of the drain, so this is a failure like any other. */
    @Test
    void anAttemptThatEndsWithAnInterruptedExceptionIsRetried() throws Exception {
        Instance instance = quick(5);
        AtomicInteger attempts = new AtomicInteger();
        instance.handlers.put(JobType.A, (job, context) -> {
            if (attempts.incrementAndGet() == 1) {
                Thread.currentThread().interrupt(); // as handlers do that have caught one
                throw new InterruptedException("of something else");
            }
            context.finish(connection -> null);
        });
        submitted.submit(JobType.A, "{}");
        try (Instance alsoClosed = instance.start()) {
            await().until(() -> SubmittedJobs.done() == 1);
            await().until(() -> instance.ends.size() == 2);
            assertThat(instance.ends).extracting(JobEnd::outcome).containsExactly(JobOutcome.FAILED, JobOutcome.DONE);
        }
        assertThat(submitted.pending(JobType.A)).isZero();
    }

    @Test
    void aFailureThatCannotBeRecordedIsSettledOnce() throws Exception {
        Instance instance = quick(2);
        instance.handlers.put(JobType.A, (job, context) -> {
            throw new IllegalStateException("the job fails");
        });
        execute("alter table job_runs add constraint no_failure check (outcome not in ('failed', 'dead'))");
        submitted.submit(JobType.A, "{}");
        try (Instance alsoClosed = instance.start()) {
            await().until(() -> instance.ends.size() == 2);
            assertThat(instance.ends).extracting(JobEnd::outcome).containsExactly(JobOutcome.FAILED, JobOutcome.DEAD);
        } finally {
            execute("alter table job_runs drop constraint no_failure");
        }
        assertThat(submitted.dead()).isEqualTo(1);
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    void aJobThatFailsAfterItIsDoneIsNoDeadLetter() throws Exception {
        Instance instance = quick(1);
        instance.handlers.put(JobType.A, (job, context) -> {
            context.finish(connection -> null);
            throw new IllegalStateException("while it closes something");
        });
        assertDoneIsNoDeadLetter(instance, JobOutcome.DONE);
    }

    /** By another instance, when this one counted as dead, or by a commit whose response was lost. */
    @Test
    void aJobThatWasDoneMeanwhileIsNoDeadLetterWhenItsLastAttemptFails() throws Exception {
        Instance instance = quick(1);
        instance.handlers.put(JobType.A, (job, context) -> {
            execute("insert into jobs (id, type, run_id) values ('" + job.id() + "', 'A', 0)");
            throw new IllegalStateException("the job fails");
        });
        assertDoneIsNoDeadLetter(instance, JobOutcome.DUPLICATE);
    }

    private void assertDoneIsNoDeadLetter(Instance instance, JobOutcome outcome) throws Exception {
        submitted.submit(JobType.A, "{}");
        try (Instance alsoClosed = instance.start()) {
            await().until(() -> instance.ends.size() == 1);
            assertThat(instance.ends).extracting(JobEnd::outcome).containsExactly(outcome);
        }
        assertThat(SubmittedJobs.done()).isEqualTo(1);
        assertThat(submitted.dead()).isZero();
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    void anOfferThatIsRepeatedDoesNotTakeTheNextDelivery() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), JobTimes.defaults());
                Jedis reader = new Jedis(Servers.REDIS)) {
            JobStream stream = new JobStream(redis, JobType.A);
            submitted.submit(JobType.A, "{}");
            Delivery first = stream.read(reader, "c", 1, Duration.ofSeconds(1)).get(0);
            stream.offerAgain("c", first, Duration.ZERO);
            assertThat(stream.takeHandedBack("c", 1, 5, Duration.ZERO).deliveries())
                    .extracting(Delivery::number)
                    .containsExactly(2L);
            stream.offerAgain("c", first, Duration.ZERO); // because the response to the first was lost
            assertThat(submitted.pending(JobType.A, "c")).isEqualTo(1);
        }
    }

    /** The network may deliver the command of a closed connection after the client has connected again. */
    @Test
    void whatALateReadDeliversToAnInstanceThatDoesNotKnowItIsDone() throws Exception {
        Instance instance = new Instance();
        instance.times = JobTimes.defaults().fasterBy(60);
        try (Instance alsoClosed = instance.start()) {
            await().until(() -> submitted.jedis.exists(JobType.A.stream()));
            try (var atOnce = submitted.jedis.multi()) { // the read of the instance gets nothing in between
                atOnce.xadd(JobType.A.stream(), XAddParams.xAddParams(), Map.of("id", "A-0", "payload", "{}"));
                atOnce.xreadGroup(
                        JobStream.GROUP,
                        instance.name,
                        XReadGroupParams.xReadGroupParams().count(1),
                        Map.of(JobType.A.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
                assertThat(atOnce.exec().get(1).toString()).contains("A-0");
            }
            await().until(() -> SubmittedJobs.done() == 1);
        }
    }

    /** Retries at once, and sends heartbeats as rarely as usual. */
    private static Instance quick(int deliveries) {
        Instance instance = new Instance();
        instance.times =
                OtherTimes.than(instance.times).retry(Duration.ofMillis(10)).build();
        instance.limits = new JobLimits(10, 5, deliveries);
        return instance;
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = Servers.POOL.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
