package io.github.shutdown4j.services;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RestartHistoryTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Near the overflow of the clock. */
    private static final long ZERO = Long.MAX_VALUE - 10;

    private static long at(Duration time) {
        return ZERO + time.toNanos();
    }

    @Test
    void delaysGrowToTheLongestAndStayThere() {
        RestartHistory history = new RestartHistory(
                RestartPolicy.unlimited().withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 2));
        for (int expected : new int[] {1, 2, 4, 5, 5}) {
            assertThat(history.afterFailure(ZERO, Duration.ZERO)).contains(Duration.ofSeconds(expected));
        }
        for (int i = 0; i < 5_000; i++) {
            history.afterFailure(ZERO, Duration.ZERO);
        }
        assertThat(history.afterFailure(ZERO, Duration.ZERO)).contains(Duration.ofSeconds(5));
    }

    @Test
    void firstDelaysOfAPolicyAreATenthOfASecondAndDouble() {
        RestartHistory history = new RestartHistory(RestartPolicy.upTo(5, MINUTE));
        for (int expected : new int[] {100, 200, 400, 800, 1_600}) {
            assertThat(history.afterFailure(ZERO, Duration.ZERO)).contains(Duration.ofMillis(expected));
        }
        assertThat(history.afterFailure(ZERO, Duration.ZERO)).isEmpty();
    }

    @Test
    void delaysBeginAnewAfterAGoodRun() {
        RestartHistory history = new RestartHistory(
                RestartPolicy.upTo(10, MINUTE).withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 2));
        history.afterFailure(ZERO, Duration.ZERO);
        assertThat(history.afterFailure(ZERO, MINUTE.minusNanos(1))).contains(Duration.ofSeconds(2));
        assertThat(history.afterFailure(ZERO, MINUTE)).contains(Duration.ofSeconds(1));
    }

    @Test
    void onlyRestartsWithinTheTimeCount() {
        RestartHistory history = new RestartHistory(RestartPolicy.upTo(2, MINUTE));
        assertThat(history.afterFailure(at(Duration.ZERO), Duration.ZERO)).isPresent();
        assertThat(history.afterFailure(at(Duration.ofSeconds(30)), Duration.ZERO))
                .isPresent();
        assertThat(history.afterFailure(at(MINUTE.plusNanos(1)), Duration.ZERO)).isPresent();
        assertThat(history.afterFailure(at(Duration.ofSeconds(90)), Duration.ZERO))
                .isEmpty();
    }

    @Test
    void aDelayOfYearsDoesNotOverflow() {
        RestartHistory history = new RestartHistory(
                RestartPolicy.unlimited().withBackoff(Duration.ofDays(1), Duration.ofSeconds(Long.MAX_VALUE), 1e300));
        history.afterFailure(ZERO, Duration.ZERO);
        history.afterFailure(ZERO, Duration.ZERO);
        assertThat(history.afterFailure(ZERO, Duration.ZERO)).contains(Duration.ofSeconds(Long.MAX_VALUE));
    }
}
