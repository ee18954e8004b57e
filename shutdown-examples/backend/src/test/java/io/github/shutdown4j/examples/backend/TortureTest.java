package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged backend under a load of requests and jobs while it is stopped and killed. A short run by default; 100
 * rounds and two minutes with the profile {@code torture}. The seed is printed and can be set with
 * {@code -Dtorture.seed}.
 */
@Tag("torture")
class TortureTest {

    private static final int ROUNDS = Integer.getInteger("torture.rounds", 3);
    private static final int SECONDS = Integer.getInteger("torture.seconds", 8);
    private static final int CLIENTS = 4;
    private static final long SEED = Long.getLong("torture.seed", System.nanoTime());

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private JobLoad load;

    @BeforeEach
    void empty() throws Exception {
        System.out.println("torture: seed " + SEED);
        load = new JobLoad(TestServers.redisUrl());
    }

    /** One instance, stopped by TERM at any moment: every accepted request is answered. */
    @Test
    void stoppedAtAnyMomentItAnswersEveryRequestAndDoesEveryJobOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (BackendProcess backend = start()) {
                AtomicReference<BackendProcess> target = new AtomicReference<>(backend);
                List<Thread> clients = load.clients(CLIENTS, target, false);
                Thread.sleep(random.nextInt(1_500));
                backend.signal("TERM");
                backend.awaitExit(0);
                target.set(null);
                JobLoad.join(clients);
            }
        }
        try (BackendProcess last = start()) {
            load.repeatUnknown(last);
            load.awaitAllDone();
            last.signal("TERM");
            last.awaitExit(0);
        }
        assertThat(load.wrong).isEmpty();
        // A kept connection may be closed at the moment its client reuses it. No handler has seen that request then:
        // all requests that a handler has seen are in the statistics, and these have no more than were answered.
        assertThat(load.counted()).isEqualTo(load.received);
        assertThat(load.cut.get()).describedAs("connections cut off").isLessThanOrEqualTo(CLIENTS * ROUNDS);
        assertThat(load.done()).isEqualTo(load.submitted);
        Map<String, Integer> runs = load.completedRuns();
        Set<String> doubles = new HashSet<>(runs.keySet());
        doubles.removeIf(id -> runs.get(id) == 1);
        assertThat(doubles).isEmpty();
        System.out.printf(
                "torture: %d stops by TERM, %d requests answered, %d refused, %d not read on a connection just closed, %d jobs, all"
                        + " done, 0 twice%n",
                ROUNDS, load.answered.get(), load.refused.get(), load.cut.get(), load.submitted.size());
    }

    /** Three instances, stopped or killed in turn: no job is lost, and only a KILL makes one start twice. */
    @Test // scenario 69
    void threeInstancesLoseNothingWhicheverIsKilled() throws Exception {
        try (InstancesUnderLoad instances = new InstancesUnderLoad(directory, environment(), load, random)) {
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() < end) {
                instances.stopOrKillOne();
            }
            instances.endLoad();
            System.out.println("torture: " + instances.summary());
            instances.assertNothingLost();
        }
    }

    private BackendProcess start() throws IOException {
        return new BackendProcess(directory, environment()).awaitReady();
    }

    private static Map<String, String> environment() {
        return InstancesUnderLoad.environment(TestServers.databaseUrl(), TestServers.redisUrl());
    }
}
