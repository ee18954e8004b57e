package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

/** Three packaged instances with one client each; each in turn is stopped or killed and replaced. */
final class InstancesUnderLoad implements AutoCloseable {

    /**
     * Jobs of dead instances are taken over 6 s after the last heartbeat instead of 90; a loaded machine stalls for 3.
     */
    private static final String SPEED = "15";

    private final Path directory;
    private final Map<String, String> environment;
    private final JobLoad load;
    private final Random random;
    private final BackendProcess[] instances = new BackendProcess[3];
    private final List<AtomicReference<BackendProcess>> targets = new ArrayList<>();
    private final List<Thread> clients = new ArrayList<>();
    private final List<Long> killed = new ArrayList<>();
    private int terms;
    private int begunTwice;
    private Set<String> unexplained = Set.of();

    InstancesUnderLoad(Path directory, Map<String, String> environment, JobLoad load, Random random) throws Exception {
        this.directory = directory;
        this.environment = environment;
        this.load = load;
        this.random = random;
        for (int i = 0; i < instances.length; i++) {
            instances[i] = start();
            targets.add(new AtomicReference<>(instances[i]));
            clients.addAll(load.clients(1, targets.get(i), true));
        }
    }

    static Map<String, String> environment(String databaseUrl, String redisUrl) {
        Map<String, String> environment = new HashMap<>();
        environment.put("DATABASE_URL", databaseUrl);
        environment.put("REDIS_URL", redisUrl);
        environment.put("JOBS_SPEED", SPEED);
        environment.put("LOG_LEVEL", "warn");
        environment.put("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -Xshare:auto");
        return environment;
    }

    private BackendProcess start() throws Exception {
        return new BackendProcess(directory, environment).awaitReady();
    }

    /** After a delay. */
    void stopOrKillOne() throws Exception {
        Thread.sleep(500 + random.nextInt(2_000));
        int victim = random.nextInt(instances.length);
        if (random.nextBoolean()) {
            terms++;
            instances[victim].signal("TERM");
            instances[victim].awaitExit(0);
        } else {
            instances[victim].signal("KILL");
            instances[victim].awaitExit(137);
            killed.add(instances[victim].pid());
        }
        instances[victim] = start();
        targets.get(victim).set(instances[victim]);
    }

    /** Submits no more jobs, and waits until all submitted ones are done. */
    void endLoad() throws Exception {
        targets.forEach(target -> target.set(null));
        JobLoad.join(clients);
        load.repeatUnknown(instances[0]);
        load.awaitAllDone();
        countDoubles();
    }

    private void countDoubles() throws SQLException {
        Set<String> doubles = JobLoad.ids(
                "select job_id from job_runs where outcome <> 'handed_back' group by job_id having count(*) > 1");
        doubles.retainAll(load.submitted); // the database also has the jobs of other tests
        begunTwice = doubles.size();
        unexplained = new HashSet<>(doubles);
        for (long pid : killed) {
            unexplained.removeAll(JobLoad.begunBy(pid));
        }
    }

    String summary() {
        return String.format(
                "%d TERM, %d KILL, %d requests answered, %d refused, %d cut off, %d jobs, all done,"
                        + " %d begun twice, %d of them without a KILL, 0 effects twice",
                terms,
                killed.size(),
                load.answered.get(),
                load.refused.get(),
                load.cut.get(),
                load.submitted.size(),
                begunTwice,
                unexplained.size());
    }

    void assertNothingLost() throws SQLException {
        assertThat(load.wrong).isEmpty();
        assertThat(unexplained).describedAs("jobs begun twice without a KILL").isEmpty();
        // Also those whose submission was cut off and repeated, and no second job for any of them.
        assertThat(load.done()).isEqualTo(load.submitted);
        // One client each. A TERM aborts no request, but it may close a kept connection just as its client reuses it.
        assertThat(load.cut.get()).describedAs("requests cut off").isLessThanOrEqualTo(killed.size() + terms);
    }

    @Override
    public void close() throws Exception {
        targets.forEach(target -> target.set(null));
        for (BackendProcess instance : instances) {
            if (instance != null) {
                instance.close();
            }
        }
    }
}
