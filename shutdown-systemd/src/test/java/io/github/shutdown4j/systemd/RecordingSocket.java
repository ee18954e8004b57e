package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

import io.github.shutdown4j.internal.Ticker;

/** Records the datagrams, with the time of the test's clock; refuses those that the test selects. */
final class RecordingSocket implements NotifySocket {

    record Sent(String text, long nanos) {}

    private final Ticker ticker;
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private volatile Predicate<String> refused = text -> false;

    RecordingSocket(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Refuses with EPERM, which is not retried. */
    void refuse(Predicate<String> refused) {
        this.refused = refused;
    }

    /** A notifier that uses this socket. */
    SystemdNotifier notifier() {
        return SystemdNotifier.fromEnvironment(environment(Map.of()), Ticker.system(), address -> this);
    }

    static SystemdEnvironment environment(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("NOTIFY_SOCKET", "/nowhere");
        return new SystemdEnvironment(variables, 42, true);
    }

    List<Sent> sent() {
        return List.copyOf(sent);
    }

    List<String> texts() {
        return sent.stream().map(Sent::text).toList();
    }

    List<String> await(int count) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> sent.size() >= count);
        return texts();
    }

    @Override
    public int send(byte[] datagram, int... descriptors) {
        String text = new String(datagram, StandardCharsets.UTF_8);
        if (refused.test(text)) {
            return Errno.EPERM.number();
        }
        sent.add(new Sent(text, ticker.nanoTime()));
        return OK;
    }

    @Override
    public int sendAndAwaitClose(byte[] datagram, Duration timeout) {
        return send(datagram);
    }

    @Override
    public long monotonicMicros() {
        return ticker.nanoTime() / 1000;
    }

    @Override
    public void close() {}
}
