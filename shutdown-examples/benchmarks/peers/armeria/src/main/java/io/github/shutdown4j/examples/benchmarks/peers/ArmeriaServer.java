package io.github.shutdown4j.examples.benchmarks.peers;

import java.time.Duration;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;

/** Armeria with a graceful shutdown whose quiet period, in milliseconds, is the argument; closed by its own hook. */
public final class ArmeriaServer {

    private ArmeriaServer() {}

    public static void main(String[] args) {
        Duration quiet = Duration.ofMillis(Long.parseLong(args[0]));
        Server server = Server.builder()
                .http(0)
                .gracefulShutdownTimeout(quiet, Duration.ofSeconds(20))
                .service(
                        "/work",
                        (context, request) ->
                                HttpResponse.of(() -> work(context.queryParam("ms")), context.blockingTaskExecutor()))
                .build();
        var unused = server.closeOnJvmShutdown();
        server.start().join();
        System.out.println("READY " + server.activeLocalPort());
    }

    private static HttpResponse work(String millis) {
        try {
            Thread.sleep(Long.parseLong(millis));
            return HttpResponse.of("done\n");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return HttpResponse.of(503);
        }
    }
}
