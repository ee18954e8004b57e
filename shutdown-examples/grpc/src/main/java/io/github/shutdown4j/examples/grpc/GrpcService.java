package io.github.shutdown4j.examples.grpc;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.grpc.Server;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * A gRPC server with a graceful shutdown:
 *
 * <ol>
 *   <li>At the announcement the health service reports NOT_SERVING, also to existing watches.
 *   <li>The server sends GOAWAY on every connection and closes its port, so clients send further calls to other servers.
 *   <li>{@link EndlessCalls} end; all other calls and streams complete, which {@link CallGuards} counts.
 *   <li>The health watches end, messages in transit arrive, and the server and its threads are released.
 * </ol>
 *
 * The port is 50051, or the value of the environment variable PORT.
 */
public final class GrpcService {

    /** For calls that hang, and for clients that ignore GOAWAY, for which gRPC itself would wait 10 seconds. */
    private static final Duration TRANSIT_LIMIT = Duration.ofSeconds(3);

    private GrpcService() {}

    public static void main(String[] args) throws InterruptedException {
        ConnectionTracker calls = ConnectionTracker.builder("calls")
                .details(GuardDetails.on()) // so that the report names the calls that it waited for in vain
                .build();
        HealthStatusManager health = new HealthStatusManager();
        EndlessCalls subscriptions =
                new EndlessCalls(Set.of(Ticks.SUBSCRIBE.getFullMethodName(), Ticks.WORK.getFullMethodName()));
        EndlessCalls watches =
                new EndlessCalls(Set.of(HealthGrpc.getWatchMethod().getFullMethodName()));
        Ticks ticks = new Ticks();
        ExecutorService workers = Executors.newCachedThreadPool();
        int port = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("50051"));
        Server server = NettyServerBuilder.forPort(port)
                .executor(workers)
                .keepAliveTime(10, TimeUnit.SECONDS) // a client that is gone does not hold the drain to its limit
                .keepAliveTimeout(3, TimeUnit.SECONDS)
                .intercept(subscriptions)
                .intercept(watches)
                .intercept(new CallGuards(calls)) // the last one is called first
                .addService(ticks.definition())
                .addService(health.getHealthService())
                .build();

        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .listener(new ShutdownListener() {
                    @Override
                    public void onShutdown(ShutdownReason reason) {
                        health.enterTerminalState(); // NOT_SERVING, irrevocably
                    }
                })
                .services(ServiceGroup.builder()
                        // shutdown() sends GOAWAY and refuses new calls; it does not wait
                        .add("grpc", Service.of(() -> open(server), server::shutdown))
                        .build())
                .tracker(calls)
                .drain("subscriptions", () -> {
                    subscriptions.end();
                    return CompletableFuture.completedFuture(null);
                })
                .onFinished(report -> {
                    System.out.println("calls finished: " + ticks.finished());
                    System.out.println(report.toText());
                })
                .build();
        coordinator
                .resources()
                .register(Resource.of("grpc server", Resource.EARLY_PRIORITY, () -> close(server, watches)));
        coordinator
                .resources()
                .register(Resources.executor("grpc workers", workers).withAfter("grpc server"));
        coordinator.run();
    }

    private static void open(Server server) throws IOException {
        server.start();
        System.out.println("listening on port " + server.getPort());
    }

    /**
     * Called when all calls have ended or the drain has reached its limit. Calls without a guard may still be in transit: one
     * that was not handled yet, or a refusal. The server terminates when they have arrived; only those that do not end are
     * cancelled.
     */
    private static void close(Server server, EndlessCalls watches) throws InterruptedException {
        watches.end();
        server.shutdown();
        try {
            server.awaitTermination(TRANSIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            server.shutdownNow();
        }
        server.awaitTermination();
    }
}
