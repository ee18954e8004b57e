package io.github.shutdown4j.examples.streams;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * A Kafka Streams application as a service. The stop finishes the current records, commits, and leaves the group, so that the
 * other instances take over at once; a plain {@code close()} keeps the membership for 45 seconds, for an instance that
 * comes back soon.
 *
 * <p>The environment variables KAFKA and TOPIC set the address of the broker and the topic.
 */
public final class StreamsService implements Service {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(8); // below shutdown.stop_timeout_secs

    private static final String COUNTS = "counts";

    private final Topology topology;
    private final Properties settings;

    StreamsService(Topology topology, Properties settings) {
        this.topology = topology;
        this.settings = settings;
    }

    public static void main(String[] args) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        String topic = environment.getOrDefault("TOPIC", "orders");
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, topic);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, environment.getOrDefault("KAFKA", "localhost:9092"));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, environment.getOrDefault("STATE_DIR", "kafka-streams"));
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1); // another instance has the state at hand
        settings.put("consumer.auto.offset.reset", "earliest");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("streams", new StreamsService(topology(topic), settings))
                        .build())
                .build();
        coordinator.run();
    }

    private static Topology topology(String topic) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(COUNTS), Serdes.Integer(), Serdes.Long()));
        builder.<String, String>stream(topic).process(Count::new, COUNTS);
        return builder.build();
    }

    /** Counts the records of each partition. Whoever takes over a partition continues its count. */
    private static final class Count extends ContextualProcessor<String, String, Void, Void> {

        @Override
        public void process(Record<String, String> record) {
            System.out.println("handled " + record.value());
            KeyValueStore<Integer, Long> counts = context().getStateStore(COUNTS);
            int partition = context().recordMetadata().orElseThrow().partition();
            long count = 1 + Optional.ofNullable(counts.get(partition)).orElse(0L);
            counts.put(partition, count);
            System.out.println("count of partition " + partition + ": " + count);
        }
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        BlockingQueue<Optional<Throwable>> end = new LinkedBlockingQueue<>();
        KafkaStreams streams = new KafkaStreams(topology, settings);
        streams.setStateListener((now, before) -> {
            if (now == State.RUNNING) {
                context.ready();
            }
        });
        streams.setUncaughtExceptionHandler(failure -> {
            end.add(Optional.of(failure));
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        context.onStop(() -> end.add(Optional.empty()));
        try (AutoCloseable close = () -> close(streams)) {
            streams.start();
            Optional<Throwable> failure = end.take();
            if (failure.isPresent()) {
                throw new IllegalStateException("a stream thread failed", failure.get());
            }
        }
    }

    private static void close(KafkaStreams streams) {
        CloseOptions leave = CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
        if (!streams.close(leave.withTimeout(CLOSE_LIMIT))) {
            throw new IllegalStateException("Kafka Streams has not stopped within " + CLOSE_LIMIT);
        }
    }
}
