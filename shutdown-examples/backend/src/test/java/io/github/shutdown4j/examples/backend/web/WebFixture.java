package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import redis.clients.jedis.UnifiedJedis;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.examples.backend.TestServers;
import io.github.shutdown4j.examples.backend.statistics.Statistics;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

import static org.awaitility.Awaitility.await;

/** The web API alone, with a real database and jobs that do not run. */
final class WebFixture implements AutoCloseable {

    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final HikariDataSource database = new HikariDataSource();
    final Statistics statistics;
    final ShutdownCoordinator coordinator;

    /** The number of HTTP requests so far. */
    final AtomicInteger answers = new AtomicInteger();

    private final ConnectionTracker requests = ConnectionTracker.create("requests");

    /** None at first. */
    final HealthChecks checks = new HealthChecks(Duration.ofMillis(200), Duration.ofMillis(500));

    /** The state that {@code /events} sends. */
    volatile Supplier<?> state;

    private final WebServer web;

    WebFixture(Duration announceDelay) throws InterruptedException {
        this(announceDelay, Duration.ofSeconds(1));
    }

    WebFixture(Duration announceDelay, Duration eventPeriod) throws InterruptedException {
        database.setJdbcUrl(TestServers.databaseUrl());
        database.setMaximumPoolSize(4);
        Flyway.configure().dataSource(database).load().migrate();
        statistics = new Statistics(database);
        ConnectionTracker streams = ConnectionTracker.create("streams");
        JobService jobs = new WaitingJobs();
        Events events = new Events(streams, () -> state.get(), eventPeriod);
        web = new WebServer(0, List.of(), requests, streams, statistics);
        coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(ShutdownConfig.builder().announceDelay(announceDelay).build())
                .services(ServiceGroup.builder()
                        .add("web", Service.of(web::start, web::stopService))
                        .add("events", events)
                        .build())
                .tracker(requests)
                .tracker(streams)
                .build();
        coordinator.resources().register(Resource.of("web server", Resource.EARLY_PRIORITY, web::release));
        Metrics metrics = new Metrics();
        metrics.bind(coordinator.metrics());
        metrics.bind(statistics);
        metrics.bind(jobs);
        metrics.bindInstance("test");
        Health health = new Health(coordinator.health(), checks);
        state = () -> LiveState.of(health, coordinator.metrics(), jobs);
        web.prepare(
                new Routes(
                        new Projects(database, new ProjectCache(new NoRedis())),
                        jobs,
                        statistics,
                        health,
                        metrics,
                        events),
                database.getMaximumPoolSize(),
                () -> {
                    answers.incrementAndGet();
                    return coordinator.trigger().isRequested();
                });
        coordinator.start();
        if (!coordinator.awaitReady(Duration.ofSeconds(60))) {
            throw new AssertionError("not ready");
        }
    }

    URI uri(String scheme, String path) {
        return URI.create(scheme + "://localhost:" + web.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri("http", path)).timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path).method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    boolean isResponsive() {
        return web.isResponsive();
    }

    interface Attempt {
        void run() throws Exception;
    }

    /** Begins the shutdown, runs this while the drain waits, and lets it continue. */
    void holdDrain(Attempt attempt) throws Exception {
        try (ConnectionGuard guard = requests.acquire("the test")) {
            coordinator.shutdown("test");
            await().until(() -> coordinator.health().detail().contains("drain"));
            attempt.run();
        }
        coordinator.await();
    }

    ShutdownReport shutdown() throws InterruptedException {
        coordinator.shutdown("test");
        return coordinator.await();
    }

    @Override
    public void close() throws Exception {
        shutdown();
        statistics.queue().release();
        database.close();
    }

    private static final class NoRedis implements ProjectCache.Redis {

        @Override
        public <T> T call(Function<UnifiedJedis, T> command) throws IOException {
            throw new IOException("there is none");
        }

        @Override
        public boolean isAvailable() {
            return false;
        }
    }

    private static final class WaitingJobs implements JobService {

        private final Map<String, JobState> known = new ConcurrentHashMap<>();
        private final Map<String, JobState> keys = new ConcurrentHashMap<>();

        @Override
        public List<String> types() {
            return List.of("A", "B");
        }

        @Override
        public String add(String type, String payload, Optional<String> key) throws KeyConflictException {
            JobState fresh = new JobState(Integer.toString(known.size() + 1), type, payload);
            JobState job = key.isPresent() ? keys.computeIfAbsent(key.get(), unknown -> fresh) : fresh;
            if (!job.type().equals(type) || !job.state().equals(payload)) {
                throw new KeyConflictException();
            }
            known.put(job.id(), job);
            return job.id();
        }

        @Override
        public Duration keysKept() {
            return Duration.ofHours(24);
        }

        @Override
        public Optional<JobState> find(String id) {
            if (id.equals("overflow")) {
                throw new StackOverflowError("the test");
            }
            if (id.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("PostgreSQL takes no such text");
            }
            if (id.equals("jobs:a-1-0") || id.equals("ëine/ 42")) {
                return Optional.of(new JobState(id, "A", "queued")); // of another writer
            }
            return Optional.ofNullable(known.get(id));
        }

        @Override
        public List<Stall> stalls() {
            return List.of();
        }

        @Override
        public List<JobsInFlight> inFlight() {
            return List.of(new JobsInFlight("A", 0));
        }
    }
}
