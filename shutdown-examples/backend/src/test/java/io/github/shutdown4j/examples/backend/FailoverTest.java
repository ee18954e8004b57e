package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.jobs.Failover;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Three packaged instances under load, stopped and killed while their Redis fails over and back. Only with the profile
 * {@code torture}; {@code redis.server} names the program to test. The short version that always runs is
 * {@link io.github.shutdown4j.examples.backend.jobs.RedisFailoverTest}.
 */
@Tag("torture")
class FailoverTest {

    private static final int SECONDS = Integer.getInteger("torture.seconds", 0);
    private static final long SEED = Long.getLong("torture.seed", System.nanoTime());

    @TempDir
    private Path directory;

    @Test
    void nothingIsLostWhileRedisFailsOverAndInstancesAreStoppedAndKilled() throws Exception {
        assumeTrue(SECONDS >= 60, "needs two minutes: -Ptorture");
        System.out.println("fail-over: seed " + SEED);
        try (Failover redis = new Failover(directory)) {
            JobLoad load = new JobLoad(redis.url());
            var environment = InstancesUnderLoad.environment(TestServers.databaseUrl(), redis.url());
            try (InstancesUnderLoad instances =
                    new InstancesUnderLoad(directory, environment, load, new Random(SEED))) {
                long part = Duration.ofSeconds(SECONDS).toNanos() / 3;
                for (int i = 0; i < 3; i++) {
                    long end = System.nanoTime() + part;
                    while (System.nanoTime() < end) {
                        instances.stopOrKillOne();
                    }
                    if (i < 2) {
                        redis.failOver();
                    }
                }
                instances.endLoad();
                System.out.println("fail-over: 2 fail-overs, " + instances.summary());
                instances.assertNothingLost();
            }
        }
    }
}
