package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * A Spring context that the coordinator owns: it starts as a service and is closed as a resource.
 *
 * <ol>
 *   <li>At the announcement the readiness state becomes REFUSING_TRAFFIC, while requests are still served.
 *   <li>{@link RequestTrackingFilter} refuses new requests and counts those in flight; {@link ScheduledRuns} does so for
 *       {@code @Scheduled} methods.
 *   <li>The context is closed: Spring's graceful shutdown of the web server, then the beans.
 * </ol>
 *
 * If other code closes the context, its beans are also destroyed only after the drain.
 */
final class SpringShutdown implements ApplicationListener<ApplicationEvent>, ShutdownListener {

    private static final Logger log = LoggerFactory.getLogger(SpringShutdown.class);

    /** More requests than any server processes concurrently. */
    private static final int ALL = 100_000;

    /** Less than the second that a listener has for the report. */
    private static final long EXIT_BEGINS_MILLIS = 900;

    private final ConnectionTracker requests = tracker("requests");
    private final ConnectionTracker scheduledRuns = tracker("scheduled runs");
    private final CompletableFuture<ServiceContext> service = new CompletableFuture<>();
    private final SpringContexts contexts = new SpringContexts();
    private final ConfigurableApplicationContext context;
    private final ShutdownMode mode;
    private final ShutdownCoordinator coordinator;
    private volatile boolean ending;
    private volatile int springExitCode;

    /** @param keepsRunning whether the process keeps running after {@code main} has returned, like a server */
    SpringShutdown(
            ConfigurableApplicationContext context, ShutdownConfig config, ShutdownMode mode, boolean keepsRunning) {
        this.context = context;
        this.mode = mode;
        contexts.add(context);
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(config)
                .tracker(requests)
                .tracker(scheduledRuns)
                .resource(Resource.of("spring context", Resource.EARLY_PRIORITY, this::close))
                .listener(this);
        if (keepsRunning) {
            builder.service("spring", this::serve);
        }
        coordinator = (mode == ShutdownMode.EMBEDDED ? builder.embedded() : builder).build();
    }

    private static ConnectionTracker tracker(String name) {
        return ConnectionTracker.builder(name).details(GuardDetails.on()).build();
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

    /** Adds a child context, which is closed before this one; a close of it by other code ends this one too. */
    void add(ConfigurableApplicationContext child) {
        contexts.add(child);
    }

    /** Ready when Spring is; serves until the context is closed. */
    private void serve(ServiceContext running) throws InterruptedException {
        service.complete(running);
        running.awaitStop();
    }

    private void close() throws InterruptedException {
        contexts.close(requests.inFlight() == 0);
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ApplicationReadyEvent ready) {
            contexts.serves(ready.getApplicationContext());
            if (ready.getApplicationContext() == context) {
                var unused = service.thenAccept(ServiceContext::ready);
            }
        } else if (event instanceof ApplicationFailedEvent failed && failed.getApplicationContext() == context) {
            coordinator.shutdown(new ShutdownReason.ServiceFailed("spring", failed.getException()));
        } else if (event instanceof ContextClosedEvent closed) {
            closed(closed);
        } else if (event instanceof ExitCodeEvent exit) {
            springExitCode = exit.getExitCode();
        }
    }

    /**
     * Turns the readiness back if the request comes before the end of the start, which Spring concludes with ACCEPTING_TRAFFIC.
     *
     * <p>It must be a singleton of the bean factory. A listener that is added to the context is called before the beans, so
     * before Spring's bean that stores the state.
     */
    ApplicationListener<AvailabilityChangeEvent<ReadinessState>> readinessListener() {
        return new ReadinessListener();
    }

    private final class ReadinessListener implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

        @Override
        public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> change) {
            if (ending && change.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
                contexts.refuseTraffic();
            }
        }
    }

    private void closed(ContextClosedEvent event) {
        // Other child contexts, such as that of a management port, may come and go.
        if (event.getApplicationContext() instanceof ConfigurableApplicationContext gone && contexts.contains(gone)) {
            coordinator.shutdown("the closed Spring context");
            awaitRelease(gone);
            contexts.servesNoLonger(gone);
        }
    }

    /** Delays a close by other code until the drain is over, unless the drain waits for the closing thread. */
    private void awaitRelease(ConfigurableApplicationContext closing) {
        if (ResourceManager.isReleasing(Thread.currentThread()) || isInFlight(Thread.currentThread())) {
            return;
        }
        try {
            contexts.awaitTurn(closing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By the name with which unfinished work is listed; a virtual thread without a name has one there, too. */
    private boolean isInFlight(Thread thread) {
        Optional<String> name =
                UnfinishedWork.of("closes", Duration.ZERO, thread).thread();
        return Stream.of(requests, scheduledRuns)
                .flatMap(tracker -> tracker.unfinished(ALL).stream())
                .anyMatch(work -> work.thread().equals(name));
    }

    @Override
    public void onShutdown(ShutdownReason reason) {
        ending = true;
        contexts.refuseTraffic();
    }

    @Override
    public void onFinished(ShutdownReport report) {
        contexts.endWaits(); // regardless of the result of the release
        log.info("{}", report.toText());
        if (mode == ShutdownMode.OWNER && springExitCode != 0) {
            log.info("exit code {} by Spring's ExitCodeGenerator", springExitCode);
            exitWithSpringExitCode();
        }
    }

    /** {@code SpringApplication.exit} closes the context before its caller exits; the first exit determines the code. */
    private void exitWithSpringExitCode() {
        CountDownLatch exiting = new CountDownLatch(1);
        Thread exit = new Thread(() -> System.exit(springExitCode), "spring-exit-code");
        exit.setDaemon(true);
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(exiting::countDown, "spring-exit-begun"));
            exit.start();
            var unused = exiting.await(EXIT_BEGINS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IllegalStateException exitingAlready) {
            log.debug("the JVM is exiting already", exitingAlready);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
