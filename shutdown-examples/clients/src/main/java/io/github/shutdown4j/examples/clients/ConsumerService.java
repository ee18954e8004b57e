package io.github.shutdown4j.examples.clients;

import java.util.Map;

import com.rabbitmq.client.ConnectionFactory;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * A consumer of RabbitMQ or NATS. The environment variables BROKER, URL and HANDLE_MS set the broker, its address and the
 * duration of a message.
 */
public final class ConsumerService {

    private ConsumerService() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> environment = System.getenv();
        long millis = Long.parseLong(environment.getOrDefault("HANDLE_MS", "5"));
        MessageHandler handler = message -> {
            Thread.sleep(millis);
            System.out.println("handled " + message);
        };
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("consumer", service(environment.get("BROKER"), environment.get("URL"), handler))
                        .build())
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        coordinator.run();
    }

    private static Service service(String broker, String url, MessageHandler handler) throws Exception {
        if (broker.equals("nats")) {
            return new NatsConsumption(url, "orders", "worker", handler);
        }
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(url);
        return new RabbitConsumption(factory, "orders", handler);
    }
}
