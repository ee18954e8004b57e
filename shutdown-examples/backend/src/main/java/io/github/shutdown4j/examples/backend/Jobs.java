package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;

import redis.clients.jedis.UnifiedJedis;

import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.examples.backend.jobs.Cron;
import io.github.shutdown4j.examples.backend.jobs.CursorHandler;
import io.github.shutdown4j.examples.backend.jobs.Heartbeats;
import io.github.shutdown4j.examples.backend.jobs.IndivisibleHandler;
import io.github.shutdown4j.examples.backend.jobs.JobConsumer;
import io.github.shutdown4j.examples.backend.jobs.JobEnd;
import io.github.shutdown4j.examples.backend.jobs.JobHandler;
import io.github.shutdown4j.examples.backend.jobs.JobLimits;
import io.github.shutdown4j.examples.backend.jobs.JobQueue;
import io.github.shutdown4j.examples.backend.jobs.JobRecords;
import io.github.shutdown4j.examples.backend.jobs.JobTimes;
import io.github.shutdown4j.examples.backend.jobs.JobType;
import io.github.shutdown4j.examples.backend.jobs.Rebalance;
import io.github.shutdown4j.examples.backend.jobs.RedisClient;
import io.github.shutdown4j.examples.backend.jobs.RedisUnavailableException;
import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.statistics.Statistics;
import io.github.shutdown4j.examples.backend.web.HealthChecks;
import io.github.shutdown4j.examples.backend.web.JobService;
import io.github.shutdown4j.examples.backend.web.JobState;
import io.github.shutdown4j.examples.backend.web.ProjectCache;
import io.github.shutdown4j.examples.backend.web.WebServer;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroupBuilder;

/** The job system of this process: a consumer of each type, heartbeats, the cron task, and the service for the web API. */
final class Jobs implements JobService {

    private static final Duration CRON_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_STALL = Duration.ofSeconds(15); // three tries

    /** Those of the consumers, the heartbeats, cron, the health check, and the end of a blocking read. */
    private static final int OTHER_THREADS = 8;

    private final RedisClient redis;
    private final JobQueue queue;
    private final JobRecords records;
    private final Heartbeats heartbeats;
    private final Cron cron;
    private final Map<JobType, JobConsumer> consumers = new EnumMap<>(JobType.class);
    private final Map<JobType, ConnectionTracker> trackers = new EnumMap<>(JobType.class);

    private volatile JobLimits limits;

    /** @param onEnd called at the end of each delivery, in addition to the statistics */
    Jobs(Settings settings, Stores stores, Statistics statistics, Consumer<JobEnd> onEnd) {
        DataSource database = stores.database();
        JobTimes times = JobTimes.defaults().deadAfter(settings.jobsDeadAfter()).fasterBy(settings.jobsSpeed());
        limits = limitsOf(settings);
        redis = new RedisClient(URI.create(stores.redisUrl()), times, connections(settings));
        queue = new JobQueue(redis);
        records = new JobRecords(database, times);
        heartbeats = new Heartbeats(redis, times);
        Rebalance rebalance = new Rebalance(redis, database, times, () -> limits);
        cron = new Cron(Duration.ofNanos(CRON_PAUSE.toNanos() / settings.jobsSpeed()), rebalance);
        String instance = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        for (JobType type : JobType.values()) {
            ConnectionTracker tracker = ConnectionTracker.builder("jobs " + type)
                    .details(GuardDetails.on())
                    .build();
            trackers.put(type, tracker);
            consumers.put(
                    type,
                    new JobConsumer(
                            type,
                            instance,
                            redis,
                            records,
                            handler(type),
                            () -> limits,
                            times,
                            tracker,
                            heartbeats,
                            end -> {
                                onEnd.accept(end);
                                statistics.add(
                                        "job",
                                        type.name(),
                                        end.outcome().label(),
                                        end.took().toMillis());
                            }));
        }
    }

    /** One for each thread that may need one: those of the jobs, of the requests that may use the stores, and a few others. */
    static int connections(Settings settings) {
        return 2 * settings.mostJobsInFlight() + WebServer.storeRequests(settings.databasePoolSize()) + OTHER_THREADS;
    }

    private static JobHandler handler(JobType type) {
        return switch (type) {
            case A -> new IndivisibleHandler();
            case B -> new CursorHandler();
        };
    }

    // The role of the jobs in the shutdown.

    void addServices(ServiceGroupBuilder services) {
        consumers.forEach((type, consumer) -> services.add("jobs " + type, consumer));
        services.add("cron", cron);
    }

    void addTrackers(ShutdownCoordinatorBuilder coordinator) {
        trackers.values().forEach(coordinator::tracker);
    }

    /** The names of the resources that add to the statistics until they are released. */
    String[] resourceNames() {
        return consumers.values().stream()
                .map(consumer -> consumer.resource().name())
                .toArray(String[]::new);
    }

    /** Fails while Redis does not respond or rejects writes, or a consumer has been stalled for too long. */
    void addChecks(HealthChecks checks) {
        checks.add("redis", redis::check);
        consumers.forEach((type, consumer) -> checks.add("jobs " + type, () -> {
            Optional<JobConsumer.Stall> stall =
                    consumer.stall().filter(found -> found.lasting().compareTo(LONGEST_STALL) > 0);
            if (stall.isPresent()) {
                throw new IOException("no jobs for " + stall.get().lasting().toSeconds() + " s: "
                        + stall.get().reason());
            }
        }));
    }

    void register(ResourceManager resources) {
        consumers.values().forEach(consumer -> resources.register(consumer.resource()));
        resources.register(Resource.of("heartbeats", heartbeats).withAfter(resourceNames()));
        resources.register(Resource.of("redis", redis).withAfter("heartbeats"));
    }

    /** Applies from now on; jobs in flight are not affected. */
    void limits(Settings settings) {
        limits = limitsOf(settings);
    }

    private static JobLimits limitsOf(Settings settings) {
        return new JobLimits(settings.jobsBatch(), settings.jobsInFlight(), settings.jobsDeliveries());
    }

    // For the web API.

    /** The same connections, for the cache. */
    ProjectCache.Redis cacheRedis() {
        return new ProjectCache.Redis() {
            @Override
            public <T> T call(Function<UnifiedJedis, T> command) throws IOException {
                return redis.call(command);
            }

            @Override
            public boolean isAvailable() {
                return redis.outage().isEmpty();
            }
        };
    }

    @Override
    public List<String> types() {
        return Arrays.stream(JobType.values()).map(JobType::name).toList();
    }

    @Override
    public String add(String type, String payload, Optional<String> key)
            throws UnavailableException, KeyConflictException {
        try {
            return queue.add(JobType.valueOf(type), payload, key).orElseThrow(KeyConflictException::new);
        } catch (RedisUnavailableException e) {
            throw new UnavailableException(e);
        }
    }

    @Override
    public Duration keysKept() {
        return JobQueue.KEYS_KEPT;
    }

    /** The database knows started jobs, Redis those that are only queued. */
    @Override
    public Optional<JobState> find(String id) throws SQLException, UnavailableException {
        Optional<JobRecords.State> begun = records.find(id);
        if (begun.isPresent()) {
            return begun.map(job -> new JobState(job.id(), job.type().name(), job.state()));
        }
        try {
            return queue.typeOf(id).map(type -> new JobState(id, type, "queued"));
        } catch (RedisUnavailableException e) {
            throw new UnavailableException(e);
        }
    }

    @Override
    public List<Stall> stalls() {
        return consumers.entrySet().stream()
                .flatMap(entry -> entry.getValue().stall().stream()
                        .map(stall -> new Stall(entry.getKey().name(), stall.lasting(), stall.reason())))
                .toList();
    }

    @Override
    public List<JobsInFlight> inFlight() {
        return consumers.entrySet().stream()
                .map(entry ->
                        new JobsInFlight(entry.getKey().name(), entry.getValue().inFlight()))
                .toList();
    }
}
