package io.github.shutdown4j.spring;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.coyote.ProtocolHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(240)
class TomcatPortTest {

    /** One that sleeps as Tomcat does while connections are open, {@code factor} times as long. */
    private static ProtocolHandler withOpenConnections(int factor, AtomicInteger sleeps) {
        return (ProtocolHandler) Proxy.newProxyInstance(
                TomcatPortTest.class.getClassLoader(),
                new Class<?>[] {ProtocolHandler.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("awaitConnectionsClose");
                    long left = (long) arguments[0];
                    while (left > 0) {
                        sleeps.incrementAndGet();
                        Thread.sleep(50L * factor);
                        left -= 50;
                    }
                    return left;
                });
    }

    @Test
    void openConnectionsAreWaitedForByTheClock() {
        AtomicInteger sleeps = new AtomicInteger();
        long begin = System.nanoTime();
        TomcatPort.awaitConnectionsClose(withOpenConnections(20, sleeps), Duration.ofSeconds(2));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20)); // 40 sleeps of a second each
        assertThat(sleeps).hasValueBetween(1, 3);
    }
}
