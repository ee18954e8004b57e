package io.github.shutdown4j.examples.backend.web;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class HealthTest {

    private final AtomicLong now = new AtomicLong();
    private final HealthChecks checks = new HealthChecks(Duration.ofSeconds(2), Duration.ofMillis(200), now::get);
    /** Their limit is more than a loaded machine needs. */
    private final HealthChecks patient = new HealthChecks(Duration.ofSeconds(2), Duration.ofSeconds(60), now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aResultIsValidForAPeriodHoweverManyRequestsArrive() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        patient.add("it", runs::incrementAndGet);
        var threads = Executors.newFixedThreadPool(8);
        List<Future<List<HealthChecks.Result>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(threads.submit(patient::results));
        }
        for (Future<List<HealthChecks.Result>> answer : answers) {
            assertThat(answer.get()).containsExactly(new HealthChecks.Result("it", true, "ok"));
        }
        assertThat(runs).hasValue(1);
        pass(Duration.ofMillis(1_999));
        var unused = patient.results();
        assertThat(runs).hasValue(1);
        pass(Duration.ofMillis(1));
        unused = patient.results();
        assertThat(runs).hasValue(2);
        threads.shutdown();
        patient.close();
    }

    @Test
    void aCheckThatHangsFailsInBoundedTimeAndNoneIsStartedBesideIt() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        checks.add("it", () -> {
            runs.incrementAndGet();
            go.await();
        });
        long begin = System.nanoTime();
        assertThat(checks.results().get(0).ok()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
        pass(Duration.ofSeconds(30));
        assertThat(checks.results().get(0).detail()).isEqualTo("no answer for 30 s");
        assertThat(runs).hasValue(1);
        go.countDown();
        await().atMost(60, TimeUnit.SECONDS).until(() -> checks.results().get(0).ok());
        checks.close();
    }

    @Test
    void aCheckThatHasHungForItsLimitIsNotWaitedForAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        patient.add("it", () -> {
            begun.countDown();
            go.await();
        });
        CompletableFuture<List<HealthChecks.Result>> first = CompletableFuture.supplyAsync(patient::results);
        begun.await();
        pass(Duration.ofSeconds(61));
        long begin = System.nanoTime();
        assertThat(patient.results().get(0).detail()).isEqualTo("no answer for 61 s");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30)); // of its limit
        go.countDown();
        assertThat(first.get(60, TimeUnit.SECONDS)).isNotEmpty();
        patient.close();
    }

    @Test
    void readinessFollowsTheChecksAndLivenessDoesNot() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            AtomicInteger broken = new AtomicInteger();
            web.checks.add("store", () -> {
                if (broken.get() == 1) {
                    throw new IllegalStateException("gone fishing");
                }
            });
            // A check that takes longer than half a second, on a loaded machine, fails as well.
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> web.get("/health/ready").statusCode() == 200);
            broken.set(1);
            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                HttpResponse<String> not = web.get("/health/ready");
                assertThat(not.statusCode()).isEqualTo(503);
                assertThat(not.body()).contains("\"ready\":false", "store: gone fishing");
            });
            assertThat(web.send("HEAD", "/health/ready", "").statusCode()).isEqualTo(503);
            assertThat(web.get("/health/live").statusCode()).isEqualTo(200);
            broken.set(0);
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> web.get("/health/ready").statusCode() == 200);
        }
    }
}
