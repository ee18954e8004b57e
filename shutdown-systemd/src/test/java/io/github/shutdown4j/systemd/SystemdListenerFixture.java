package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

/** A listener on a clock that does not advance by itself, and all it has sent and logged. */
abstract class SystemdListenerFixture {

    static final ShutdownReason TERM = new ShutdownReason.Signalled(ShutdownSignal.TERMINATE);

    static final Duration TEN = Duration.ofSeconds(10);

    final FakeTicker ticker = new FakeTicker();

    final RecordingSocket socket = new RecordingSocket(ticker);

    final CapturedLogs logs = CapturedLogs.open();

    SystemdListener listener;

    @AfterEach
    void end() {
        if (listener != null) {
            listener.close();
        }
        logs.close();
    }

    SystemdListenerBuilder builder(Map<String, String> variables) {
        return SystemdListener.builder()
                .environment(RecordingSocket.environment(variables), ticker)
                .notifier(socket.notifier());
    }

    void listen() {
        listener = builder(Map.of()).build();
    }
}
