package io.github.shutdown4j.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class FreePortTest {

    @Test
    void isBelowThoseThatTheSystemGivesAway() {
        assertThat(FreePort.find()).isBetween(20_000, 32_767);
    }

    @Test
    void isGivenOnce() {
        int port = FreePort.find();
        assertThatThrownBy(() -> FreePort.find(port, port + 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no free port from " + port + " to " + port);
    }

    @Test
    void isNotAPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> FreePort.find(port, port + 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Two test JVMs that look for a port at the same time. */
    @Test
    void isNotAPortThatAnotherJvmHasBeenGiven() {
        try (ChildJvm other = ChildJvm.of(Other.class).start()) {
            String line = other.awaitLine("port ", Duration.ofSeconds(60)).text();
            int port = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
            assertThatThrownBy(() -> FreePort.find(port, port + 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    static final class Other {

        public static void main(String[] args) throws InterruptedException {
            System.out.println("port " + FreePort.find());
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }
}
