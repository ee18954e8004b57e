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
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * A gRPC server that ends well:
 *
 * <ol>
 *   <li>at the announcement the health service says NOT_SERVING, also to those who watch it;
 *   <li>then the server says GOAWAY on every connection and closes its port: clients take their next call elsewhere;
 *   <li>{@link EndlessCalls} end; the other calls and streams in flight complete; {@link CallGuards} knows when;
 *   <li>then the watches on the health end, what is on its way arrives, and the server and its threads are released.
 * </ol>
 *
 * The port is 50051, or what the environment variable PORT says.
 */
public final class GrpcService {

    /** For calls that hang, and for clients that do not answer GOAWAY, of whom gRPC itself would wait 10 seconds. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(3);

    private GrpcService() {}

    public static void main(String[] args) throws InterruptedException {
        ConnectionTracker calls = ConnectionTracker.create("calls");
        HealthStatusManager health = new HealthStatusManager();
        EndlessCalls subscriptions = new EndlessCalls(Set.of(Ticks.SUBSCRIBE.getFullMethodName()));
        EndlessCalls watches =
                new EndlessCalls(Set.of(HealthGrpc.getWatchMethod().getFullMethodName()));
        Ticks ticks = new Ticks();
        ExecutorService workers = Executors.newCachedThreadPool();
        int port = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("50051"));
        Server server = NettyServerBuilder.forPort(port)
                .executor(workers)
                .intercept(new CallGuards(calls))
                .intercept(subscriptions)
                .intercept(watches)
                .addService(ticks.definition())
                .addService(health.getHealthService())
                .build();

        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .listener(new ShutdownListener() {
                    @Override
                    public void onShutdown(ShutdownReason reason) {
                        health.enterTerminalState(); // NOT_SERVING, and no way back
                    }
                })
                .services(ServiceGroup.builder()
                        // shutdown() is GOAWAY and no more newcomers; it does not wait
                        .add("grpc", Service.of(() -> open(server), server::shutdown))
                        .build())
                .connections(calls)
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
     * The calls are over, or out of time. What has no guard may still be on its way: a call that nobody has looked at yet,
     * or a refusal. The server ends by itself when all of it has arrived; only what would not end is cancelled.
     */
    private static void close(Server server, EndlessCalls watches) throws InterruptedException {
        watches.end();
        server.shutdown();
        try {
            server.awaitTermination(ON_ITS_WAY.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            server.shutdownNow();
        }
        server.awaitTermination();
    }
}
