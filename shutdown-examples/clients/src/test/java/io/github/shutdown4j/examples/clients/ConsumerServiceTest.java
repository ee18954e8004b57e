package io.github.shutdown4j.examples.clients;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With real brokers, if the machine has them. */
@Timeout(300)
class ConsumerServiceTest {

    private static final int COUNT = 300;

    /** Of NATS: messages that are not returned are delivered again only after the test has failed. */
    private static final Duration ACK_WAIT = Duration.ofMinutes(10);

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private static List<String> handled(ChildJvm app) {
        return app.out().stream()
                .filter(line -> line.startsWith("handled "))
                .map(line -> line.substring("handled ".length()))
                .toList();
    }

    private static void awaitHandled(ChildJvm app, int atLeast) {
        await().atMost(ofSeconds(60)).until(() -> handled(app).size() >= atLeast);
    }

    private static List<String> messages() {
        return IntStream.range(0, COUNT).mapToObj(Integer::toString).toList();
    }

    private ChildJvmLauncher consumer(String broker, String url) {
        return jvms.main(ConsumerService.class).quick().env("BROKER", broker).env("URL", url);
    }

    /** One is stopped during its work, the next does the rest: each message once, and none redelivered. */
    private void stopAndContinue(String broker, String url) {
        ChildJvm first = consumer(broker, url).env("HANDLE_MS", "50").start();
        awaitHandled(first, 10); // the others take longer than the signal may on a loaded machine
        first.signal("TERM");
        assertThat(first.awaitExit()).hasExitCode(0).abandonedNothing();
        List<String> all = new ArrayList<>(handled(first));
        assertThat(all.size()).as("stopped in the midst of it").isBetween(10, COUNT - 1);

        ChildJvm second = consumer(broker, url).start();
        awaitHandled(second, COUNT - all.size());
        second.signal("TERM");
        assertThat(second.awaitExit()).hasExitCode(0).abandonedNothing();
        all.addAll(handled(second));
        assertThat(all).containsExactlyInAnyOrderElementsOf(messages());
    }

    @Test
    void aConsumerOfRabbitMqHandlesWhatItHasPrefetched() throws Exception {
        try (Broker broker = Broker.rabbit(directory)) {
            ConnectionFactory factory = new ConnectionFactory();
            factory.setPort(broker.port());
            try (com.rabbitmq.client.Connection connection = factory.newConnection();
                    Channel channel = connection.createChannel()) {
                channel.queueDeclare("orders", true, false, false, Map.of("x-queue-type", "quorum"));
                for (String message : messages()) {
                    channel.basicPublish("", "orders", null, message.getBytes(StandardCharsets.UTF_8));
                }
                stopAndContinue("rabbitmq", "amqp://localhost:" + broker.port());
                assertThat(channel.messageCount("orders")).isZero();
            }
        }
    }

    @Test
    void aProcessWhoseConsumerOfRabbitMqHasEndedEndsAsWell() throws Exception {
        try (Broker broker = Broker.rabbit(directory)) {
            ConnectionFactory factory = new ConnectionFactory();
            factory.setPort(broker.port());
            String url = "amqp://localhost:" + broker.port();
            try (com.rabbitmq.client.Connection connection = factory.newConnection();
                    Channel channel = connection.createChannel()) {
                channel.queueDeclare("orders", true, false, false, Map.of("x-queue-type", "quorum"));
                ChildJvm idle = consumer("rabbitmq", url).start();
                idle.awaitLine("services: all are ready");
                channel.queueDelete("orders");
                assertThat(idle.awaitExit()).hasExitCode(1).printed("RabbitMQ has cancelled the consumer of 'orders'");

                channel.queueDeclare("orders", true, false, false, Map.of("x-queue-type", "quorum"));
                channel.basicPublish("", "orders", null, "0".getBytes(StandardCharsets.UTF_8));
                ChildJvm failing =
                        consumer("rabbitmq", url).env("HANDLE_MS", "-1").start(); // Thread.sleep throws
                assertThat(failing.awaitExit()).hasExitCode(1).printed("services: 'consumer' failed");
                await().atMost(ofSeconds(60)).until(() -> channel.messageCount("orders") == 1);
            }
        }
    }

    @Test
    void aConsumerOfNatsFinishesItsBatch() throws Exception {
        try (Broker broker = Broker.nats(directory)) {
            String url = publish(broker);
            stopAndContinue("nats", url);
        }
    }

    @Test
    void aConsumerOfNatsThatIsInterruptedGivesItsBatchBackAtOnce() throws Exception {
        AtomicInteger attempt = new AtomicInteger();
        Attempts.upToThree(
                () -> interruptBatch(Files.createDirectory(directory.resolve("" + attempt.incrementAndGet()))));
    }

    /** The second after the interrupt, to give the batch back, can be too short on a machine that is stalled. */
    private void interruptBatch(Path own) throws Exception {
        try (Broker broker = Broker.nats(own)) {
            String url = publish(broker);
            ChildJvm slow = consumer("nats", url)
                    .env("HANDLE_MS", "1000")
                    .env("APP_SHUTDOWN_STOP_TIMEOUT_SECS", "4")
                    .start();
            awaitHandled(slow, 1);
            slow.signal("TERM");
            Attempts.inTime(
                    () -> assertThat(slow.awaitExit()).hasExitCode(1).printed("ended only when it was interrupted"));
            List<String> all = new ArrayList<>(handled(slow));
            ChildJvm next = consumer("nats", url).start();
            awaitHandled(next, COUNT - all.size());
            next.signal("TERM");
            assertThat(next.awaitExit()).hasExitCode(0);
            all.addAll(handled(next));
            assertThat(all).containsExactlyInAnyOrderElementsOf(messages());
        }
    }

    @Test
    void aProcessWhoseConsumerOfNatsIsDeletedEndsAsWell() throws Exception {
        try (Broker broker = Broker.nats(directory)) {
            String url = publish(broker);
            ChildJvm app = consumer("nats", url).env("HANDLE_MS", "100").start();
            awaitHandled(app, 1);
            try (Connection connection = Nats.connect(url)) {
                connection.jetStreamManagement().deleteConsumer("orders", "worker"); // while a batch is handled
            }
            assertThat(app.awaitExit()).hasExitCode(1).printed("the consumer 'worker' was deleted");
        }
    }

    private static String publish(Broker broker) throws Exception {
        String url = "nats://localhost:" + broker.port();
        try (Connection connection = Nats.connect(url)) {
            connection
                    .jetStreamManagement()
                    .addStream(StreamConfiguration.builder()
                            .name("orders")
                            .subjects("orders")
                            .storageType(StorageType.File)
                            .build());
            connection
                    .getStreamContext("orders")
                    .createOrUpdateConsumer(ConsumerConfiguration.builder()
                            .durable("worker")
                            .ackWait(ACK_WAIT)
                            .build());
            for (String message : messages()) {
                connection.jetStream().publish("orders", message.getBytes(StandardCharsets.UTF_8));
            }
        }
        return url;
    }
}
