package io.github.shutdown4j.examples.armeria;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** An Armeria server whose requests hold guards. The server is stopped after the last of them. */
public final class ArmeriaService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final Server server = Server.builder()
            .http(Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080")))
            .service("/work", this::work)
            .decorator(this::admit) // around all services
            .build();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, () -> {})) // the port stays open until the release
                    .build())
            .connections(requests)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new ArmeriaService().run();
    }

    private void run() throws InterruptedException {
        coordinator.resources().register(Resource.of("armeria", Resource.EARLY_PRIORITY, () -> server.stop()
                .join()));
        coordinator.run();
    }

    private void start() {
        server.start().join();
        System.out.println("listening on port " + server.activeLocalPort());
    }

    private HttpResponse admit(HttpService service, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        Optional<ConnectionGuard> guard = requests.tryAcquire(context.path());
        if (guard.isEmpty()) {
            return HttpResponse.of(503).mapHeaders(this::addConnectionClose);
        }
        var unused = context.log().whenComplete().thenRun(() -> guard.get().close());
        return service.serve(context, request).mapHeaders(this::addConnectionClose);
    }

    private ResponseHeaders addConnectionClose(ResponseHeaders headers) {
        if (!coordinator.trigger().isRequested()) {
            return headers;
        }
        return headers.toBuilder().set(HttpHeaderNames.CONNECTION, "close").build();
    }

    private HttpResponse work(ServiceRequestContext context, HttpRequest request) {
        long millis = Long.parseLong(context.queryParam("ms"));
        return HttpResponse.delayed(
                () -> {
                    finished.incrementAndGet();
                    return HttpResponse.of("done\n");
                },
                Duration.ofMillis(millis));
    }
}
