package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.ProgramArguments;

import static io.github.shutdown4j.testing.Background.onThread;
import static io.github.shutdown4j.testing.ExitAssert.assertThat;

/**
 * Guards are acquired and closed for a long time in a process with a heap of 16 MB: a tracker that kept a reference for
 * each, or for each tenth, would not fit. A day at a thousand guards per millisecond has 86,400,000,000.
 */
@Timeout(100_000)
@Execution(ExecutionMode.CONCURRENT)
class ConnectionSoakTest {

    /** For each kind of details. */
    private static final long GUARDS = Long.getLong("soak.guards", 8_000_000);

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @ParameterizedTest
    @ValueSource(strings = {"off", "on", "sampled"})
    @DisplayName("scenario 93: after millions of guards the count is exact, and the memory has not grown")
    void millionsOfGuardsLeaveNothing(String details) {
        long perThread = GUARDS / Program.THREADS / Program.GUARDS_PER_ROUND * Program.GUARDS_PER_ROUND;
        assertThat(jvms.main(Program.class)
                        .jvm("-Xmx16m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
                        .args(details, "guards", Long.toString(perThread))
                        .start()
                        .awaitExit(Duration.ofDays(1)))
                .hasExitCode(0)
                .printed("in flight 0, admitted " + perThread * Program.THREADS + ", refused 0", "drained: DONE");
    }

    /** Each thread keeps few guards at a time, and closes some that another thread has acquired. */
    static final class Program {

        static final int THREADS = 4;
        static final int GUARDS_PER_ROUND = 6;
        /** Places in which a thread leaves a guard, and takes the one that is there to close it. */
        static final int HANDED_OVER = 16;

        private final AtomicReferenceArray<ConnectionGuard> handedOver = new AtomicReferenceArray<>(HANDED_OVER);
        private final ConnectionTracker tracker;

        private Program(ConnectionTracker tracker) {
            this.tracker = tracker;
        }

        public static void main(String[] args) throws Exception {
            ProgramArguments given = ProgramArguments.of(args);
            GuardDetails details = given.has("on")
                    ? GuardDetails.on()
                    : given.has("sampled") ? GuardDetails.sampled(100) : GuardDetails.off();
            Program program = new Program(
                    ConnectionTracker.builder("soak").details(details).build());
            List<FutureTask<Void>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(onThread(() -> {
                    program.acquireAndClose(given.number("guards", 0));
                    return null;
                }));
            }
            for (FutureTask<Void> thread : threads) {
                thread.get();
            }
            program.print();
        }

        private void acquireAndClose(long guards) {
            ConnectionGuard stale = tracker.acquire();
            stale.close();
            int place = 0;
            for (long acquired = 1; acquired < guards; ) {
                try (ConnectionGuard guard = tracker.acquire()) {
                    stale.close();
                }
                ConnectionGuard outer = tracker.acquire("outer");
                ConnectionGuard inner = tracker.acquire("inner");
                outer.close();
                tracker.acquire().close(); // while another one is open
                inner.close();
                inner.close();
                stale = inner;
                acquired += 4;
                place = (place + 1) % HANDED_OVER;
                for (int i = 0; i < 2 && acquired < guards; i++, acquired++) {
                    ConnectionGuard former = handedOver.getAndSet(place, tracker.acquire("handed over"));
                    if (former != null) {
                        former.close();
                    }
                }
            }
        }

        private void print() throws InterruptedException {
            for (int i = 0; i < HANDED_OVER; i++) {
                handedOver.get(i).close();
            }
            System.out.printf(
                    "in flight %d, admitted %d, refused %d%n",
                    tracker.inFlight(), tracker.admitted(), tracker.refused());
            System.out.println(
                    "drained: " + tracker.drain(Duration.ofMinutes(1)).outcome());
        }
    }
}
