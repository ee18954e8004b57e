package io.github.shutdown4j.examples.grpc;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;

import io.github.shutdown4j.ConnectionTracker;
import io.github.shutdown4j.Resource;
import io.github.shutdown4j.Resources;
import io.github.shutdown4j.Service;
import io.github.shutdown4j.ServiceGroup;
import io.github.shutdown4j.ShutdownConfig;
import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.ShutdownReason;

/**
 * A gRPC server that ends well:
 *
 * <ol>
 *   <li>at the announcement the health service says NOT_SERVING, also to those who watch it;
 *   <li>then the server says GOAWAY on every connection and closes its port: clients take their next call elsewhere;
 *   <li>the calls and streams in hand complete; {@link InHand} knows when;
 *   <li>then the server and its threads are released.
 * </ol>
 *
 * The port is 50051, or what the environment variable PORT says.
 */
public final class GrpcService {

    private GrpcService() {}

    public static void main(String[] args) throws InterruptedException {
        ConnectionTracker calls = ConnectionTracker.create("calls");
        HealthStatusManager health = new HealthStatusManager();
        Ticks ticks = new Ticks();
        ExecutorService workers = Executors.newCachedThreadPool();
        int port = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("50051"));
        Server server = NettyServerBuilder.forPort(port)
                .executor(workers)
                .intercept(new InHand(calls))
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
                .onFinished(report -> {
                    System.out.println("calls finished: " + ticks.finished());
                    System.out.println(report.toText());
                })
                .build();
        coordinator.resources().register(Resource.of("grpc server", Resource.EARLY_PRIORITY, () -> close(server)));
        coordinator
                .resources()
                .register(Resources.executor("grpc workers", workers).withAfter("grpc server"));
        coordinator.run();
    }

    private static void open(Server server) throws IOException {
        server.start();
        System.out.println("listening on port " + server.getPort());
    }

    /** The calls are over, or out of time: what is left is cancelled, such as watches on the health. */
    private static void close(Server server) throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination();
    }
}
