package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownHealth;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * A web server with a graceful shutdown. Start it, send requests to /work?ms=2000, press Ctrl-C, and watch:
 *
 * <ol>
 *   <li>/health/ready returns 503, and new requests get 503.
 *   <li>The requests in flight are answered, each with Connection: close.
 *   <li>The count of finished requests is saved to state.json and loaded at the next start. It is also saved once a second,
 *       so that a kill -9 loses little.
 *   <li>The server and its threads are released, the report is printed, and the process exits with 0.
 * </ol>
 *
 * The port is 8080, or the value of the environment variable PORT.
 */
public final class Quickstart {

    /** The state that survives a restart. */
    record State(long finishedRequests) {}

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final AtomicLong finished = new AtomicLong();
    private ShutdownTrigger end;

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080"));
        new Quickstart().run(port);
    }

    private void run(int port) throws Exception {
        // 1. The state of the last run, if there was one.
        CheckpointStore<State> store = CheckpointStore.json(Path.of("state.json"), State.class);
        finished.set(store.load().orElse(new State(0)).finishedRequests());

        // 2. The coordinator. Its limits can be set in the environment.
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .tracker(requests)
                .checkpoint(Checkpoint.every(Duration.ofSeconds(1), store, () -> new State(finished.get())))
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        end = coordinator.trigger();

        // 3. From here on a signal or a failed start-up shuts the process down gracefully. This call does not return.
        coordinator.run(() -> startUp(coordinator, port));
    }

    /** Opens the server and registers each resource where it is opened. */
    private void startUp(ShutdownCoordinator coordinator, int port) throws IOException {
        // The server's own limit: a request must arrive within 5 s, or its connection is closed.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        coordinator.resources().register(Resources.httpServer("http server", server));
        ExecutorService workers = Executors.newCachedThreadPool();
        server.setExecutor(workers);
        coordinator.resources().register(Resources.executor("http workers", workers));

        ShutdownHealth health = coordinator.health();
        server.createContext("/work", this::work);
        server.createContext("/count", exchange -> answer(exchange, 200, finished.get() + "\n"));
        server.createContext(
                "/health/live", exchange -> answer(exchange, health.isLive() ? 200 : 503, health.detail() + "\n"));
        server.createContext(
                "/health/ready", exchange -> answer(exchange, health.isReady() ? 200 : 503, health.detail() + "\n"));
        server.start();
        System.out.println("http://localhost:" + port + "/work?ms=1000 is open; Ctrl-C ends it, or kill "
                + ProcessHandle.current().pid());
    }

    /** Every request holds a guard while it is processed. After the announcement phase no guards are granted. */
    private void work(HttpExchange exchange) throws IOException {
        Optional<ConnectionGuard> guard = requests.tryAcquire();
        if (guard.isEmpty()) {
            answer(exchange, 503, "shutting down\n");
            return;
        }
        try (ConnectionGuard held = guard.get()) {
            Thread.sleep(milliseconds(exchange));
            finished.incrementAndGet();
            answer(exchange, 200, "done\n");
        } catch (IllegalArgumentException badRequest) {
            answer(exchange, 400, "ms must be a whole number, not negative, as in /work?ms=100\n");
        } catch (InterruptedException interrupted) {
            answer(exchange, 503, "timed out\n");
        }
    }

    /** Once the shutdown is requested, every response closes its connection. */
    private void answer(HttpExchange exchange, int status, String text) throws IOException {
        if (end.isRequested()) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        try (exchange) {
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static long milliseconds(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query == null ? 0 : Long.parseLong(query.replaceFirst("^ms=", ""));
    }
}
