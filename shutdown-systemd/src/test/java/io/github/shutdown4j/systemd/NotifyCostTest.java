package io.github.shutdown4j.systemd;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.sun.jna.Native;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The cost of a notification, compared with a minimal JNA program that does the same; each sample in a fresh JVM with a
 * logger, as each service has, the two kinds alternating. Not in the everyday build, because a loaded machine distorts
 * the result: {@code mvn -Pbenchmark}.
 */
@Tag("benchmark")
class NotifyCostTest {

    private static final int SAMPLES = 15;

    @TempDir
    Path directory;

    @Test
    void theFirstAndEachLaterOneCostLittleMoreThanTheBareCalls() throws Exception {
        Path socket = directory.resolve("notify");
        try (ManagerStub manager = ManagerStub.at(socket)) {
            Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket.toString());
            double[][] bare = new double[SAMPLES][];
            double[][] ours = new double[SAMPLES][];
            for (int i = 0; i < SAMPLES; i++) {
                bare[i] = sample(environment, Bare.class);
                ours[i] = sample(environment, Ours.class);
            }
            String found = "first: bare " + median(bare, 0) + " ms, ours " + median(ours, 0) + " ms; each: bare "
                    + median(bare, 1) + " us, ours " + median(ours, 1) + " us";
            System.out.println(found);
            assertThat(median(ours, 0)).as(found).isLessThanOrEqualTo(1.1 * median(bare, 0));
            assertThat(median(ours, 1)).as(found).isLessThanOrEqualTo(2 * median(bare, 1));
            assertThat(manager.received()).isNotEmpty();
        }
    }

    private static double[] sample(Map<String, String> environment, Class<?> main) throws Exception {
        ChildJvm.Result child = new ChildJvm().environment(environment).run(main);
        List<String> words = List.of(child.output().get(0).split(" "));
        return new double[] {Double.parseDouble(words.get(0)), Double.parseDouble(words.get(1))};
    }

    private static double median(double[][] samples, int column) {
        double[] values =
                Arrays.stream(samples).mapToDouble(s -> s[column]).sorted().toArray();
        return values[values.length / 2];
    }

    /** Prints the milliseconds of the first, and the microseconds of the median later one. */
    private static void measure(BooleanSupplier send) {
        LoggerFactory.getLogger(NotifyCostTest.class).debug("");
        long begin = System.nanoTime();
        if (!send.getAsBoolean()) {
            throw new IllegalStateException("not sent");
        }
        double first = (System.nanoTime() - begin) / 1e6;
        long[] later = new long[2000];
        for (int i = 0; i < later.length; ) {
            LockSupport.parkNanos(50_000); // so that the reader keeps up
            long start = System.nanoTime();
            if (send.getAsBoolean()) {
                later[i++] = System.nanoTime() - start;
            }
        }
        Arrays.sort(later);
        System.out.println(first + " " + later[later.length / 2] / 1e3);
    }

    /** Only socket and sendto. */
    static final class Bare {

        private Bare() {}

        static native int socket(int domain, int type, int protocol);

        static native long sendto(int socket, byte[] data, long length, int flags, byte[] address, int size);

        public static void main(String[] args) {
            byte[] address = NotifyAddress.parse(System.getenv("NOTIFY_SOCKET")).sockaddr();
            byte[] data = "WATCHDOG=1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            int[] socket = {-1};
            measure(() -> {
                if (socket[0] == -1) {
                    Native.register(Bare.class, "c");
                    socket[0] = socket(1, 2 | 0x80000, 0);
                }
                return sendto(socket[0], data, data.length, 0x4040, address, address.length) >= 0;
            });
        }
    }

    /** From the environment to the datagram. */
    static final class Ours {

        private Ours() {}

        public static void main(String[] args) {
            SystemdNotifier[] notifier = new SystemdNotifier[1];
            measure(() -> {
                if (notifier[0] == null) {
                    notifier[0] = SystemdNotifier.fromEnvironment();
                }
                return notifier[0].send(SystemdMessage.heartbeat()).isSent();
            });
        }
    }
}
