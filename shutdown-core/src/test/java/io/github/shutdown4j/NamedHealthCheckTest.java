package io.github.shutdown4j;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.HealthCheck.Result;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Latches;
import io.github.shutdown4j.testing.Probe;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One health check with a fake clock. */
@Timeout(180)
class NamedHealthCheckTest {

    private static final Duration LIMIT = ofSeconds(2);
    private static final Duration MAX_AGE = ofSeconds(1);

    private final FakeTicker ticker = new FakeTicker();
    private final AtomicInteger runs = new AtomicInteger();

    private NamedHealthCheck of(HealthCheck check) {
        return new NamedHealthCheck("db", check, LIMIT, MAX_AGE, ticker);
    }

    private static Result ask(NamedHealthCheck check) {
        check.refresh();
        return check.await();
    }

    private static boolean isKnownUnhealthy(NamedHealthCheck check) {
        return check.latestResult().map(result -> !result.healthy()).orElse(false);
    }

    @Test
    void resultIsValidForAWhileAndThenRefreshed() {
        NamedHealthCheck check = of(() -> runs.incrementAndGet() > 0);
        assertThat(isKnownUnhealthy(check)).isFalse();
        assertThat(ask(check)).isEqualTo(new Result("db", true, "", Duration.ZERO));
        ticker.advance(ofSeconds(1).minusNanos(1));
        assertThat(ask(check).healthy()).isTrue();
        assertThat(runs).hasValue(1);
        ticker.advance(Duration.ofNanos(1));
        assertThat(ask(check).healthy()).isTrue();
        assertThat(runs).hasValue(2);
    }

    @Test
    void checkThatReturnsFalseOrThrowsIsUnhealthyWithAReason() {
        assertThat(ask(of(() -> false)).detail()).isEqualTo("answered no");
        NamedHealthCheck refused = of(() -> {
            throw new IOException("connection\nrefused");
        });
        assertThat(ask(refused))
                .isEqualTo(new Result("db", false, "java.io.IOException: connection refused", Duration.ZERO));
        assertThat(isKnownUnhealthy(refused)).isTrue();
        assertThat(ask(of(() -> {
                            throw new StackOverflowError();
                        }))
                        .detail())
                .isEqualTo("java.lang.StackOverflowError");
    }

    @Test
    void checkWhoseResultCannotBeStoredRunsAgain() throws Exception {
        FailingTicker failing = new FailingTicker();
        CountDownLatch ended = new CountDownLatch(1);
        NamedHealthCheck check = new NamedHealthCheck(
                "db",
                () -> {
                    if (runs.incrementAndGet() == 1) {
                        failing.failAt(Thread.currentThread().getName(), 1);
                        ended.countDown();
                    }
                    return true;
                },
                ofSeconds(60),
                MAX_AGE,
                failing);
        check.refresh();
        Probe.await(ended);
        await().until(failing::hasFailed);
        await().atMost(ofSeconds(30)).until(() -> ask(check).healthy());
        assertThat(runs.get()).isGreaterThan(1);
    }

    @Test
    void lateFailureIsReportedWithItsOwnReason() {
        NamedHealthCheck check = of(() -> {
            ticker.advance(LIMIT);
            return false;
        });
        check.refresh();
        await().untilAsserted(() ->
                assertThat(check.latestResult().map(Result::detail)).contains("answered no"));
    }

    @Test
    void checkThatHangsIsUnhealthyAtItsLimitInterruptedAndNotRunTwice() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean(true);
        NamedHealthCheck check = of(() -> {
            runs.incrementAndGet();
            while (hangs.get()) {
                try {
                    mayEnd.await();
                    hangs.set(false);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
            return true;
        });
        FutureTask<Result> first = Background.onThread(() -> ask(check));
        FutureTask<Result> second = Background.onThread(() -> ask(check));
        ticker.awaitSleepers(2);
        ticker.advanceWakingNone(LIMIT.minusNanos(1));
        assertThat(first.isDone() || second.isDone()).isFalse();
        ticker.advance(Duration.ofNanos(1));
        assertThat(first.get()).isEqualTo(new Result("db", false, "no answer within 2 s", LIMIT));
        assertThat(second.get()).isEqualTo(first.get());
        Probe.await(interrupted);
        assertThat(isKnownUnhealthy(check)).isTrue();
        ticker.advance(ofSeconds(60));
        assertThat(ask(check).detail()).isEqualTo("no answer within 2 s"); // at once
        assertThat(runs).hasValue(1);
        mayEnd.countDown();
        Result late = ask(check);
        while (late.detail().equals("no answer within 2 s")) { // until its thread has ended
            Thread.onSpinWait();
            late = check.await();
        }
        assertThat(late.detail()).isEqualTo("answered after its limit of 2 s");
        assertThat(late.healthy()).isFalse();
        ticker.advance(MAX_AGE);
        assertThat(ask(check).healthy()).isTrue();
        assertThat(runs).hasValue(2);
    }

    @Test
    void latestResultStaysWhileTheNextRunIsWithinItsLimit() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        NamedHealthCheck check = of(() -> runs.incrementAndGet() == 1 || mayEnd.await(60, TimeUnit.SECONDS));
        assertThat(ask(check).healthy()).isTrue();
        ticker.advance(MAX_AGE);
        check.refresh();
        ticker.advance(LIMIT.minusNanos(1));
        assertThat(isKnownUnhealthy(check)).isFalse();
        ticker.advance(Duration.ofNanos(1));
        assertThat(isKnownUnhealthy(check)).isTrue();
        mayEnd.countDown();
    }

    @Test
    void interruptedCallerGetsAReasonAndStaysInterrupted() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        NamedHealthCheck check = of(() -> {
            mayEnd.await();
            return true;
        });
        check.refresh();
        Thread.currentThread().interrupt();
        Result result = check.await();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.healthy()).isFalse();
        assertThat(result.detail()).isEqualTo("the requesting thread was interrupted");
        mayEnd.countDown();
        assertThat(check.await().healthy()).isTrue();
    }

    @Test
    void checkWhoseInterruptBlocksDelaysNothing() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        SlowToClose channel = new SlowToClose(mayEnd);
        NamedHealthCheck check = of(channel::read);
        FutureTask<Result> first = Background.onThread(() -> ask(check));
        Probe.await(channel.reading);
        ticker.awaitSleepers(1);
        ticker.advance(LIMIT);
        assertThat(first.get(60, TimeUnit.SECONDS).detail()).isEqualTo("no answer within 2 s");
        Probe.await(channel.closing);
        assertThat(Background.onThread(() -> isKnownUnhealthy(check)).get(60, TimeUnit.SECONDS))
                .isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(Background.onThread(() -> ask(check))
                            .get(60, TimeUnit.SECONDS)
                            .healthy())
                    .isFalse();
        }
        assertThat(Thread.getAllStackTraces().values())
                .as("threads inside the close")
                .filteredOn(SlowToClose::isClosing)
                .hasSize(1);
        mayEnd.countDown();
    }

    /** Like a file on a server that does not respond. */
    private static final class SlowToClose extends AbstractInterruptibleChannel {

        final CountDownLatch reading = new CountDownLatch(1);
        final CountDownLatch closing = new CountDownLatch(1);
        private final CountDownLatch mayEnd;

        SlowToClose(CountDownLatch mayEnd) {
            this.mayEnd = mayEnd;
        }

        boolean read() throws InterruptedException {
            begin();
            reading.countDown();
            Latches.ignoreInterrupts(mayEnd);
            return true;
        }

        @Override
        protected void implCloseChannel() {
            closing.countDown();
            Latches.ignoreInterrupts(mayEnd);
        }

        static boolean isClosing(StackTraceElement[] stack) {
            return Arrays.stream(stack)
                    .anyMatch(frame -> frame.getClassName().equals(Thread.class.getName())
                            && frame.getMethodName().equals("interrupt"));
        }
    }
}
