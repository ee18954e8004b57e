package io.github.shutdown4j.spring;

import java.util.concurrent.CompletableFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.util.ClassUtils;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * A Spring context of which the coordinator is the owner, not a guest. The context is its service when it starts, and its
 * resource when it ends:
 *
 * <ol>
 *   <li>at the announcement the readiness state becomes REFUSING_TRAFFIC, and everything still works;
 *   <li>{@link RequestsInHand} refuses new requests and knows when the last of the others is answered, and
 *       {@link ScheduledRuns} does so for {@code @Scheduled} methods;
 *   <li>then the context is closed: Spring's own graceful shutdown of the web server, then the beans.
 * </ol>
 */
final class SpringShutdown implements ApplicationListener<ApplicationEvent>, ShutdownListener {

    private static final Logger log = LoggerFactory.getLogger(SpringShutdown.class);
    private static final boolean HAS_TOMCAT = ClassUtils.isPresent(
            "org.springframework.boot.tomcat.TomcatWebServer", SpringShutdown.class.getClassLoader());

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final ConnectionTracker scheduledRuns = ConnectionTracker.create("scheduled runs");
    private final CompletableFuture<ServiceContext> service = new CompletableFuture<>();
    private final ConfigurableApplicationContext context;
    private final ShutdownCoordinator coordinator;
    private volatile boolean ending;
    private volatile boolean serving;

    /** @param keepsRunning whether the process is to stay when {@code main} has returned, as a server does */
    SpringShutdown(
            ConfigurableApplicationContext context, ShutdownConfig config, boolean embedded, boolean keepsRunning) {
        this.context = context;
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(config)
                .connections(requests, scheduledRuns)
                .resource(Resource.of("spring context", Resource.EARLY_PRIORITY, this::close))
                .listener(this)
                .onFinished(report -> log.info("{}", report.toText()));
        if (keepsRunning) {
            builder.service("spring", this::serve);
        }
        coordinator = (embedded ? builder.embedded() : builder).build();
    }

    ShutdownCoordinator coordinator() {
        return coordinator;
    }

    ConnectionTracker requests() {
        return requests;
    }

    ConnectionTracker scheduledRuns() {
        return scheduledRuns;
    }

    /** Is ready when Spring says so; it answers until the context is closed. */
    private void serve(ServiceContext running) throws InterruptedException {
        service.complete(running);
        running.awaitStop();
    }

    private void close() {
        if (HAS_TOMCAT) {
            TomcatPort.close(context); // connections of the last moment get their answer; the context would cut them
        }
        context.close();
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == context) {
            serving = true;
            var unused = service.thenAccept(ServiceContext::ready);
            if (ending) {
                refuseTraffic(); // the signal came first, and Spring says the opposite next
            }
        } else if (event instanceof ApplicationFailedEvent failed && failed.getApplicationContext() == context) {
            coordinator.shutdown(new ShutdownReason.ServiceFailed("spring", failed.getException()));
        } else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == context) {
            // Somebody else may close it. A context within this one, such as that of a management port, may come and
            // go.
            coordinator.shutdown("the closed Spring context");
        } else if (event instanceof AvailabilityChangeEvent<?> change
                && change.getState() == ReadinessState.ACCEPTING_TRAFFIC
                && ending) {
            refuseTraffic();
        }
    }

    @Override
    public void onShutdown(ShutdownReason reason) {
        ending = true;
        if (serving) {
            refuseTraffic();
        }
    }

    private void refuseTraffic() {
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    }
}
