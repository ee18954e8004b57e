package io.github.shutdown4j.examples.backend.jobs;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Jobs that fail and are tried again. */
class JobRetryTest extends JobsFixture {

    /** With a slow database the end of the failed attempt takes longer than the delay of the retry. */
    @Test
    void aRetryThatIsClaimedBeforeTheFailedAttemptHasEndedRuns() throws Exception {
        Instance instance = new Instance();
        instance.times = JobTimes.defaults().fasterBy(20);
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
}
