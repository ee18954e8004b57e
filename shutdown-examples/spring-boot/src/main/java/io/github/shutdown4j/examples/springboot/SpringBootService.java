package io.github.shutdown4j.examples.springboot;

import java.time.Duration;

import org.apache.coyote.ProtocolHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * A Spring Boot application of which the coordinator is the owner, not a guest. The context is its service when it
 * starts, and its resource when it ends:
 *
 * <ol>
 *   <li>at the announcement the readiness state becomes REFUSING_TRAFFIC, and everything still works;
 *   <li>{@link RequestsInHand} refuses new requests and knows when the last of the others is answered;
 *   <li>then the context is closed: Spring's own graceful shutdown of the web server, then the beans.
 * </ol>
 *
 * The other half is in application.properties: Spring's own JVM hooks are off, so that nobody closes the context or
 * the log earlier.
 */
@SpringBootApplication
public class SpringBootService {

    /** For the connections that are left when the port is closed; idle ones of clients that keep them take it all. */
    private static final Duration LAST_CONNECTIONS = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(SpringBootService.class);

    /** A running context and its coordinator. */
    private static final class Owner implements ShutdownListener {

        private final ConnectionTracker requests = ConnectionTracker.create("requests");
        private final SpringApplication application = new SpringApplication(SpringBootService.class);
        private final String[] args;
        private volatile ConfigurableApplicationContext context;
        private volatile boolean ending;

        Owner(String... args) {
            this.args = args;
        }

        ShutdownCoordinator coordinator() {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .config(ShutdownConfig.fromEnvironment())
                    .services(ServiceGroup.builder()
                            .add("spring", Service.of(this::open, () -> {})) // it answers until it is released
                            .build())
                    .connections(requests)
                    .listener(this)
                    .onFinished(report -> log.info("{}", report.toText()))
                    .build();
            coordinator.resources().register(Resource.of("spring context", Resource.EARLY_PRIORITY, this::close));

            // For the beans: the tracker to count with, and the coordinator to ask for the end or to register more.
            application.addInitializers(fresh -> {
                fresh.getBeanFactory().registerSingleton("requests", requests);
                fresh.getBeanFactory().registerSingleton("coordinator", coordinator);
            });
            // Somebody else may close the context, such as the actuator's shutdown endpoint. Then everything ends.
            // A context within this one, such as that of a management port, may come and go.
            application.addListeners((ContextClosedEvent closed) -> {
                if (closed.getApplicationContext() == context) {
                    coordinator.shutdown("the closed Spring context");
                }
            });
            return coordinator;
        }

        private void open() {
            context = application.run(args);
            if (ending) {
                refuseTraffic(); // the signal came first, and Spring has just said the opposite
            }
            System.out.println("listening on port " + context.getEnvironment().getProperty("local.server.port"));
        }

        private void close() {
            if (context != null) { // the start may have failed
                closePort();
                context.close();
            }
        }

        /** Connections that were accepted at the last moment get their answer; the context would cut them. */
        private void closePort() {
            if (context instanceof WebServerApplicationContext web
                    && web.getWebServer() instanceof TomcatWebServer server) {
                ProtocolHandler tomcat = server.getTomcat().getConnector().getProtocolHandler();
                tomcat.closeServerSocketGraceful();
                tomcat.awaitConnectionsClose(LAST_CONNECTIONS.toMillis());
            }
        }

        @Override
        public void onShutdown(ShutdownReason reason) {
            ending = true;
            if (context != null) {
                refuseTraffic();
            }
        }

        private void refuseTraffic() {
            AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        new Owner(args).coordinator().run();
    }
}
