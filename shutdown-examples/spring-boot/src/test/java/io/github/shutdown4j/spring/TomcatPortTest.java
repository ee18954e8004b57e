package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(240)
class TomcatPortTest {

    /** Waits as Tomcat does while connections are open; each sleep takes a second instead of 50 ms. */
    private static LongUnaryOperator tomcatOnALoadedMachine(AtomicInteger sleeps) {
        return millis -> {
            long left = millis;
            while (left > 0) {
                sleeps.incrementAndGet();
                try {
                    TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException e) {
                    return 0;
                }
                left -= 50;
            }
            return left;
        };
    }

    @Test
    void openConnectionsAreWaitedForByTheClock() {
        AtomicInteger sleeps = new AtomicInteger();
        long begin = System.nanoTime();
        long left = DrainingProtocol.awaitByTheClock(tomcatOnALoadedMachine(sleeps), 2_000);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20)); // 40 sleeps of a second each
        assertThat(sleeps).hasValueBetween(1, 3);
        assertThat(left).isNotPositive();
    }

    @Test
    void theRemainingTimeIsReturnedWithoutConnections() {
        assertThat(DrainingProtocol.awaitByTheClock(millis -> millis, 2_000)).isEqualTo(2_000);
    }
}
