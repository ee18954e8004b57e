package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/** One instance of the job system of the backend, as in a process, with a coordinator. */
final class Instance implements AutoCloseable {

    final String name = "i-" + UUID.randomUUID().toString().substring(0, 8);
    final Map<JobType, JobHandler> handlers = new EnumMap<>(JobType.class);
    final List<JobEnd> ends = new CopyOnWriteArrayList<>();
    Consumer<JobEnd> onEnd = ends::add;
    final Map<JobType, JobConsumer> consumers = new EnumMap<>(JobType.class);
    final Map<JobType, ConnectionTracker> trackers = new EnumMap<>(JobType.class);
    volatile JobLimits limits = JobLimits.defaults();
    JobTimes times = OtherTimes.than(JobTimes.defaults())
            .block(Duration.ofMillis(100))
            .build(); // a read does not return jobs that are handed back
    Duration rebalanceEvery = Duration.ofSeconds(10);
    ShutdownConfig config = limits(Duration.ofSeconds(10), Duration.ofSeconds(5));

    final String redisUrl;
    private final DataSource database;
    private ShutdownCoordinator coordinator;

    Instance(String redisUrl, DataSource database) {
        this.redisUrl = redisUrl;
        this.database = database;
        handlers.put(JobType.A, new IndivisibleHandler());
        handlers.put(JobType.B, new CursorHandler());
    }

    Instance() {
        this(Servers.REDIS, Servers.POOL);
    }

    static ShutdownConfig limits(Duration all, Duration drain) {
        return ShutdownConfig.builder()
                .timeout(all)
                .stopTimeout(all.dividedBy(3))
                .drainTimeout(drain)
                .saveTimeout(Duration.ofMillis(100))
                .build();
    }

    Instance start() throws Exception {
        build(ShutdownCoordinatorBuilder::embedded).start();
        assertThat(coordinator.awaitReady(Duration.ofSeconds(60))).isTrue();
        return this;
    }

    ShutdownCoordinator build(UnaryOperator<ShutdownCoordinatorBuilder> ending) {
        RedisClient redis = new RedisClient(URI.create(redisUrl), times);
        Heartbeats heartbeats = new Heartbeats(redis, times);
        JobRecords records = new JobRecords(database, times);
        ServiceGroupBuilder services = ServiceGroup.builder();
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder().config(config);
        for (JobType type : JobType.values()) {
            ConnectionTracker tracker = ConnectionTracker.builder("jobs " + type)
                    .details(GuardDetails.on())
                    .build();
            JobConsumer consumer = new JobConsumer(
                    type, name, redis, records, handlers.get(type), () -> limits, times, tracker, heartbeats, onEnd);
            services.add("jobs " + type, consumer);
            builder.tracker(tracker);
            consumers.put(type, consumer);
            trackers.put(type, tracker);
        }
        services.add("cron", new Cron(rebalanceEvery, new Rebalance(redis, database, times, () -> limits)));
        coordinator = ending.apply(builder.services(services.build())).build();
        consumers.values().forEach(consumer -> coordinator.resources().register(consumer.resource()));
        coordinator
                .resources()
                .register(Resource.of("heartbeats", Resource.EARLY_PRIORITY, heartbeats)
                        .withAfter("jobs A", "jobs B"));
        coordinator
                .resources()
                .register(Resource.of("redis", Resource.EARLY_PRIORITY, redis).withAfter("heartbeats"));
        return coordinator;
    }

    void requestStop() {
        coordinator.shutdown("the test");
    }

    ShutdownReport stop() throws Exception {
        requestStop();
        return coordinator.await(Duration.ofSeconds(60)).orElseThrow();
    }

    @Override
    public void close() throws Exception {
        if (coordinator != null) {
            stop();
        }
    }
}
