package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;

/** The search for the caller of exit delays the shutdown, so it is bounded in any case. */
@Timeout(180)
class ExitCallerTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void end() {
        end.countDown();
    }

    private final class Hanging extends ExitCaller.Search {
        @Override
        String search() {
            Probe.await(end);
            return "too late";
        }
    }

    @Test
    void searchThatHangsIsAbandoned() {
        long start = System.nanoTime();
        assertThat(new Hanging().find(Duration.ofMillis(200))).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(199), Duration.ofSeconds(50)); // the search itself gives up after a minute
    }

    @Test
    void interruptEndsTheWaitAndIsKept() {
        Thread.currentThread().interrupt();
        assertThat(new Hanging().find(LONG)).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void searchThatFailsFindsNothing() {
        ExitCaller.Search failing = new ExitCaller.Search() {
            @Override
            String search() {
                throw new InternalError("pretended");
            }
        };
        assertThat(failing.find(LONG)).isEmpty();
    }

    @Test
    void nothingIsFoundWhileTheJvmIsNotExiting() {
        assertThat(ExitCaller.describe(LONG)).isEmpty();
    }
}
