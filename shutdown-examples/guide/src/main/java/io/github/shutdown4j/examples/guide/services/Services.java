package io.github.shutdown4j.examples.guide.services;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.services.RestartPolicy;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServicePolicy;
import io.github.shutdown4j.services.ServicePolicy.Reaction;
import io.github.shutdown4j.trigger.ShutdownReason;

/** Kinds of services, their policies, and a group without a coordinator. */
final class Services {

    private Services() {}

    static List<Service> kinds(Server server, Consumer consumer, Acceptor acceptor) {
        Service http = Service.startOnly(server::start); // stopped after the drain, as a resource
        Service orders = Service.loop(consumer::readAndHandleOneBatch);
        Service accept = context -> {
            try (var socket = new ServerSocket(9000)) {
                context.onStop(socket::close); // ends accept(), which nothing else interrupts
                context.ready();
                while (!context.isStopping()) {
                    acceptor.handle(socket.accept());
                }
            } catch (IOException e) {
                if (!context.isStopping()) {
                    throw e;
                }
            }
        };
        return List.of(http, orders, accept);
    }

    static ServiceGroup group(Service database, Service http, Service mail, Service batch) {
        return ServiceGroup.builder()
                .add("database", database)
                .add("http", http, ServicePolicy.critical().withAfter("database"))
                .add("mail", mail, ServicePolicy.optional().withRestart(RestartPolicy.upTo(5, Duration.ofMinutes(1))))
                .add("batch", batch, ServicePolicy.critical().withOnEnd(Reaction.SHUTDOWN))
                .startTimeout(Duration.ofSeconds(20))
                .build();
    }

    static void alone(ServiceGroup services) throws InterruptedException {
        services.start();
        ShutdownReason reason =
                services.whenShutdownRequested().toCompletableFuture().join();
        System.out.println(reason.text());
        List<StepResult> steps = services.stop(Duration.ofSeconds(10));
        System.out.println(steps);
    }

    interface Server {
        void start() throws IOException;

        void stop();
    }

    interface Consumer {
        void readAndHandleOneBatch();
    }

    interface Acceptor {
        void handle(Socket socket);
    }
}
