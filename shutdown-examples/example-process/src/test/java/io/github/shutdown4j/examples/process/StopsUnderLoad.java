package io.github.shutdown4j.examples.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts a server, keeps it busy, sends it a SIGTERM, and counts what its clients lost; several times. By default
 * there are two stops at the same time; {@code -Dstops=10} makes ten.
 *
 * <p>The server reads its port from the environment variable PORT, prints "listening on port " and it, answers
 * {@code /work?ms=N} with 200 after N milliseconds, and prints "work finished: " and the number of requests that it has
 * handled to the end.
 */
public final class StopsUnderLoad {

    private static final int STOPS = Integer.getInteger("stops", 2);
    private static final int SIDE_BY_SIDE = 2;

    private final Supplier<ChildJvmLauncher> server;
    private long answered;
    private long refused;
    private long handledAndLost;
    private final List<KeptAndNewLoad.Cut> cuts = new ArrayList<>();

    private StopsUnderLoad(Supplier<ChildJvmLauncher> server) {
        this.server = server;
    }

    /** Stops of a server that is launched like this. */
    public static StopsUnderLoad of(Supplier<ChildJvmLauncher> server) {
        return new StopsUnderLoad(server);
    }

    private void run() throws InterruptedException, ExecutionException {
        ExecutorService workers = Executors.newFixedThreadPool(SIDE_BY_SIDE);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < STOPS; i++) {
                running.add(workers.submit(() -> {
                    stopOnce();
                    return null;
                }));
            }
            for (Future<?> stop : running) {
                stop.get();
            }
        } finally {
            workers.shutdownNow();
        }
        System.out.println(this);
    }

    private void stopOnce() throws InterruptedException {
        ChildJvm app = Example.quick(server.get()).env("PORT", "0").start();
        KeptAndNewLoad load = KeptAndNewLoad.start(Example.port(app));
        await().atMost(ofSeconds(60)).untilAsserted(() -> {
            assertThat(load.answered()).isGreaterThan(150);
            assertThat(load.slowAnswered()).isPositive();
        });
        app.signal("TERM");
        load.awaitEnd();
        assertThat(app.awaitExit())
                .hasExitCode(0)
                .abandonedNothing()
                .tookBetween(ofMillis(1_000), Example.LIMIT); // the announcement alone takes a second
        assertThat(load.unexpected()).isEmpty();
        long finished = Example.number(app, "work finished: ");
        assertThat(finished).isGreaterThanOrEqualTo(load.answered());
        add(load, finished);
    }

    private synchronized void add(KeptAndNewLoad load, long finished) {
        answered += load.answered();
        refused += load.refused();
        handledAndLost += finished - load.answered();
        cuts.addAll(load.cuts());
    }

    /**
     * Runs all stops and asserts that each is clean and takes at least the announcement, that every request that the server
     * handled was answered, and that every request on a kept connection was. A new connection may be cut if the system
     * accepts it while the server closes its port. That takes a moment, in which each client connects once or twice, so on
     * average a stop may not cut more connections than there are clients. On a stalled machine it takes longer, and another
     * attempt is made.
     */
    public void loseNothing() throws Exception {
        Attempts.upToThree(() -> {
            StopsUnderLoad stops = new StopsUnderLoad(server);
            stops.run();
            stops.assertNothingIsLost();
        });
    }

    private void assertNothingIsLost() throws Exception {
        assertThat(handledAndLost).as("handled, but not answered: %s", this).isZero();
        assertThat(cut(true)).as("cut on kept connections: %s", cuts).isZero();
        Attempts.inTime(() -> assertThat(cut(false))
                .as("cut on new connections: %s", cuts)
                .isLessThanOrEqualTo((long) KeptAndNewLoad.CLIENTS * STOPS));
    }

    private long cut(boolean kept) {
        return cuts.stream().filter(cut -> cut.kept() == kept).count();
    }

    @Override
    public synchronized String toString() {
        return STOPS + " stops, " + answered + " answered, " + refused + " refused, " + handledAndLost
                + " handled and lost, cut on kept connections " + cut(true) + ", on new ones " + cut(false);
    }
}
