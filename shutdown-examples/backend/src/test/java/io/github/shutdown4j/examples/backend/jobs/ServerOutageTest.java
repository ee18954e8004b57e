package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.params.ClientKillParams.SkipMe;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Outages of Redis and PostgreSQL while jobs are fetched, run, acknowledged and handed back. */
class ServerOutageTest {

    @TempDir
    private Path directory;

    private RedisProcess redis;
    private SubmittedJobs submitted;

    @BeforeEach
    void start() throws Exception {
        Servers.empty();
        redis = new RedisProcess(directory);
        submitted = new SubmittedJobs(redis.url());
    }

    @AfterEach
    void stop() throws Exception {
        submitted.close();
        redis.close();
    }

    @Test
    @DisplayName("Redis is killed and restarted repeatedly while jobs run: none lost, none done twice")
    void redisRestartsWhileJobsRun() throws Exception {
        try (Instance instance = instance().start();
                Instance another = instance().start()) {
            for (int round = 0; round < 3; round++) {
                submitted.submit(40, JobType.A, "{\"ms\": 20}");
                int half = 40 * round + 20;
                await().until(() -> SubmittedJobs.done() >= half);
                redis.kill();
                redis.start();
                await().ignoreException(JedisConnectionException.class)
                        .until(() -> new Jedis(redis.url()).ping().equals("PONG"));
                reopen();
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> SubmittedJobs.done() == 120);
            await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(120);
    }

    @Test
    @DisplayName("a job that is done while Redis is unavailable is acknowledged when Redis is back, and not done again")
    void anAcknowledgementIsRetried() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Instance instance = waiting(begun, go);
        instance.config =
                Instance.limits(Duration.ofSeconds(40), Duration.ofSeconds(30)); // Redis has to start meanwhile
        instance.start();
        submitted.submit(JobType.A, "{}");
        begun.await();
        redis.kill();
        go.countDown();
        await().until(() -> SubmittedJobs.done() == 1);
        instance.requestStop(); // the drain waits for the acknowledgement, too
        redis.start();
        ShutdownReport report = instance.stop();
        assertThat(JobStopTest.step(report, ShutdownPhase.DRAIN, "jobs A").outcome())
                .describedAs(report.toText())
                .isEqualTo(Outcome.DONE);
        reopen();
        assertThat(submitted.jedis.xlen(JobType.A.stream())).isZero();
        assertThat(SubmittedJobs.runs()).isEqualTo(1);
    }

    @Test
    @DisplayName("scenario 64: Redis is unreachable while jobs are returned: bounded, reported, all stay pending")
    void redisGoneAtTheStop() throws Exception {
        awayAtTheStop(redis::kill, redis::start);
    }

    @Test
    @DisplayName("scenario 64: the same with a Redis that does not answer")
    void redisFrozenAtTheStop() throws Exception {
        awayAtTheStop(redis::freeze, redis::thaw);
    }

    private interface Trouble {
        void make() throws Exception;
    }

    private void awayAtTheStop(Trouble leave, Trouble comeBack) throws Exception {
        CountDownLatch begun = new CountDownLatch(5);
        Instance instance = waiting(begun, new CountDownLatch(1));
        instance.config = Instance.limits(Duration.ofSeconds(24), Duration.ofMillis(500));
        instance.start();
        submitted.submitTogether(10, JobType.A, "{}");
        begun.await();
        await().until(() -> submitted.pending(JobType.A, instance.name) == 10);
        leave.make();
        ShutdownReport report = instance.stop();
        assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(24));
        assertThat(JobStopTest.step(report, ShutdownPhase.DRAIN, "jobs A").unfinished())
                .hasSize(5);
        var release = JobStopTest.step(report, ShutdownPhase.RELEASE, "jobs A");
        assertThat(release.outcome()).describedAs(report.toText()).isEqualTo(Outcome.FAILED);
        assertThat(release.detail()).contains("Redis is unavailable");
        comeBack.make();
        reopen();
        assertThat(submitted.pending(JobType.A)).isEqualTo(10);
        submitted.assertEachInOneState(JobType.A);

        // Other instances detect the missing heartbeats, so nothing is lost.
        Instance second = instance();
        second.times = JobTimes.defaults().fasterBy(60);
        second.rebalanceEvery = Duration.ofMillis(200);
        try (Instance alsoClosed = second.start()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> SubmittedJobs.done() == 10);
        }
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    @DisplayName("Redis is unreachable for longer than the heartbeat limit: no instance counts as dead afterwards")
    void noConsumerIsDeadBecauseRedisWasUnreachable() throws Exception {
        CountDownLatch begun = new CountDownLatch(6);
        CountDownLatch go = new CountDownLatch(1);
        Instance first = waiting(begun, go);
        first.times = JobTimes.defaults().fasterBy(20); // dead after 4.5 s, more than a loaded machine stalls
        first.rebalanceEvery = Duration.ofMillis(50);
        Instance second = waiting(begun, go);
        second.times = first.times;
        second.rebalanceEvery = Duration.ofMillis(50);
        try (Instance one = first.start();
                Instance other = second.start()) {
            submitted.submit(6, JobType.A, "{}");
            begun.await();
            submitted.jedis.configSet("maxclients", "1"); // this one
            submitted.jedis.clientKill(new ClientKillParams().skipMe(SkipMe.YES));
            // Longer than that, and than the refresh limit of a job; the behaviour afterwards is tested.
            Thread.sleep(first.times.deadAfter().plusSeconds(1).toMillis());
            submitted.jedis.configSet("maxclients", "1000");
            // Two heartbeats later both have looked for dead consumers again, 20 times a second.
            long later =
                    submitted.millis() + first.times.heartbeat().multipliedBy(2).toMillis();
            await().until(() -> submitted.heartbeat(first.name) > later && submitted.heartbeat(second.name) > later);
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 6);
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(6);
    }

    @Test
    @DisplayName("Redis returns without its data: the group is created again, new jobs are done")
    void redisLosesItsData() throws Exception {
        try (Instance instance = instance().start()) {
            submitted.submit(3, JobType.A, "{}");
            await().until(() -> SubmittedJobs.done() == 3);
            submitted.jedis.flushAll();
            submitted.submit(3, JobType.A, "{}");
            await().until(() -> SubmittedJobs.done() == 6);
        }
    }

    @Test
    @DisplayName("a full Redis counts as unavailable: submissions are refused, jobs in flight are settled later")
    void redisIsFull() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Instance alsoClosed = waiting(begun, go).start();
                RedisClient link = new RedisClient(URI.create(redis.url()), JobTimes.defaults())) {
            submitted.submit(JobType.A, "{}");
            begun.await();
            submitted.jedis.configSet("maxmemory", "1");
            assertThatThrownBy(() -> new JobQueue(link).add(JobType.A, "{}"))
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("OOM");
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 1);
            submitted.jedis.configSet("maxmemory", "0");
            assertThat(new JobQueue(link).add(JobType.A, "{}")).isNotEmpty();
            await().until(() -> SubmittedJobs.done() == 2);
            await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
        }
        assertThat(SubmittedJobs.runs()).isEqualTo(2);
    }

    @Test
    @DisplayName("errors inside a Redis script count as well")
    void theDiskOfRedisIsFull() throws Exception {
        String answer = "return redis.error_reply('MISCONF Errors writing to the AOF file: No space left on device')";
        try (RedisClient link = new RedisClient(URI.create(redis.url()), JobTimes.defaults())) {
            assertThatThrownBy(() -> link.call(jedis -> jedis.eval(answer)))
                    .isInstanceOf(RedisUnavailableException.class);
            assertThatThrownBy(() -> link.watched(() -> {
                        throw new JedisDataException("ERR Error running script (call to f_c6): @user_script:5:"
                                + " @user_script: 5: -MISCONF Errors writing to the AOF file: No space left on device");
                    }))
                    .isInstanceOf(RedisUnavailableException.class);
            assertThatThrownBy(() -> link.call(jedis -> jedis.eval("return redis.error_reply('ERR wrong')")))
                    .isInstanceOf(JedisDataException.class);
        }
    }

    @Test
    @DisplayName("PostgreSQL is restarted while jobs run and while they are stopped: no job fails")
    void databaseRestarts() throws Exception {
        int port = FreePort.find();
        EmbeddedPostgres postgres = postgres(port);
        String url = postgres.getJdbcUrl("postgres", "postgres");
        PGSimpleDataSource records = new PGSimpleDataSource();
        records.setUrl(url);
        try (HikariDataSource pool = Pools.open(url, Duration.ofSeconds(1))) {
            Servers.migrate(records);
            Instance instance = new Instance(redis.url(), pool);
            instance.times = JobTimes.defaults().fasterBy(20);
            instance.config = Instance.limits(Duration.ofSeconds(40), Duration.ofSeconds(30));
            AtomicBoolean waits = new AtomicBoolean();
            CountDownLatch go = new CountDownLatch(1);
            JobHandler usual = instance.handlers.get(JobType.A);
            instance.handlers.put(JobType.A, (job, context) -> {
                if (waits.get()) {
                    go.await();
                }
                usual.run(job, context);
            });
            instance.start();
            submitted.submit(20, JobType.A, "{\"ms\": 50}");
            await().until(() -> count(records) >= 5);
            postgres.close();
            postgres = postgres(port);
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> count(records) == 20);

            waits.set(true);
            submitted.submit(5, JobType.A, "{}");
            await().until(() ->
                    Servers.column(records, "select id from job_runs where outcome = 'running' and job_id like 'A-2_'")
                                    .size()
                            == 5);
            postgres.close();
            go.countDown();
            instance.requestStop();
            postgres = postgres(port);
            ShutdownReport report = instance.stop();
            assertThat(report.isClean()).describedAs(report.toText()).isTrue();
            assertThat(count(records)).isEqualTo(25);
            assertThat(Servers.column(records, "select id from job_runs where outcome in ('failed', 'dead')"))
                    .isEmpty();
            assertThat(submitted.jedis.xlen(JobType.A.stream())).isZero();
        } finally {
            postgres.close();
        }
    }

    @Test
    @DisplayName("PostgreSQL unreachable until the end: the shutdown ends within its limit and the jobs run elsewhere")
    void databaseGoneAtTheStop() throws Exception {
        HikariDataSource nowhere = Pools.open("jdbc:postgresql://localhost:1/postgres", Duration.ofSeconds(1));
        Instance instance = new Instance(redis.url(), nowhere);
        instance.times = JobTimes.defaults().fasterBy(20);
        instance.config = Instance.limits(Duration.ofSeconds(20), Duration.ofSeconds(1));
        instance.start();
        submitted.submitTogether(8, JobType.A, "{}");
        await().until(() -> submitted.pending(JobType.A, instance.name) == 8);
        await().until(() -> instance.consumers.get(JobType.A).inFlight() == 5);
        ShutdownReport report = instance.stop();
        nowhere.close();
        assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(20));
        assertThat(JobStopTest.step(report, ShutdownPhase.DRAIN, "jobs A").unfinished())
                .hasSize(5);
        assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isEqualTo(8);
        try (Instance second = instance().start()) {
            await().until(() -> SubmittedJobs.done() == 8);
        }
    }

    private Instance instance() {
        Instance instance = new Instance(redis.url(), Servers.POOL);
        instance.times = JobTimes.defaults().fasterBy(20);
        return instance;
    }

    private Instance waiting(CountDownLatch begun, CountDownLatch go) {
        Instance instance = instance();
        instance.handlers.put(JobType.A, (job, context) -> {
            begun.countDown();
            go.await();
            context.finish(connection -> null);
        });
        return instance;
    }

    private EmbeddedPostgres postgres(int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(directory.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(120))
                .start();
    }

    private static int count(DataSource pool) throws Exception {
        return Servers.column(pool, "select id from jobs").size();
    }

    /** The connection of the counts was lost with Redis. */
    private void reopen() {
        SubmittedJobs old = submitted;
        submitted = new SubmittedJobs(redis.url());
        submitted.ids.addAll(old.ids);
        old.close();
    }
}
