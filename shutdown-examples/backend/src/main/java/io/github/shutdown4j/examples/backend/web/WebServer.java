package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.json.JavalinJackson;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.examples.backend.statistics.Statistics;
import io.github.shutdown4j.examples.jetty.DrainingConnector;
import io.github.shutdown4j.examples.jetty.Responsiveness;
import io.github.shutdown4j.systemd.ActivatedSocket;

/** The web server, on its own port or on the sockets of systemd. */
public final class WebServer {

    /** Less than a quarter of the unit's WatchdogSec=, the limit of a health check. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** In bytes. */
    static final int LONGEST_BODY = 100_000;

    private final int port;
    private final List<ActivatedSocket> held;
    private final ConnectionTracker requests;
    private final ConnectionTracker streams;
    private final Statistics statistics;

    private Javalin javalin;
    /** One for each socket of systemd, or one on its own port. */
    private final List<DrainingConnector> connectors = new ArrayList<>();

    private LocalConnector inMemory;
    private Responsiveness responsiveness;

    public WebServer(
            int port,
            List<ActivatedSocket> held,
            ConnectionTracker requests,
            ConnectionTracker streams,
            Statistics statistics) {
        this.port = port;
        this.held = List.copyOf(held);
        this.requests = requests;
        this.streams = streams;
        this.statistics = statistics;
    }

    /**
     * Sets the routes; called before {@link #start}.
     *
     * @param poolSize the number of connections to the database, which limits the requests that may wait for one
     */
    public void prepare(Routes routes, int poolSize, BooleanSupplier stopping) {
        StoreRequests limit = new StoreRequests(poolSize);
        javalin = Javalin.create(config -> configure(config, routes.table(), limit, stopping));
        responsiveness = new Responsiveness(javalin.jettyServer().server(), PATIENCE);
    }

    /**
     * The number of requests that may use PostgreSQL or Redis at a time.
     *
     * @param poolSize the number of connections to the database
     */
    public static int storeRequests(int poolSize) {
        return StoreRequests.limit(poolSize);
    }

    private void configure(JavalinConfig config, List<Route> table, StoreRequests limit, BooleanSupplier stopping) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = LONGEST_BODY;
        config.jsonMapper(new JavalinJackson(Body.MAPPER, false));
        config.jetty.addConnector(this::createConnectors);
        var uncounted = table.stream()
                .filter(route -> !route.counted())
                .map(Route::path)
                .collect(Collectors.toUnmodifiableSet());
        // The tracker counts refused requests.
        BooleanSupplier refusing = () ->
                held.isEmpty() && requests.isClosed() && requests.tryAcquire().isEmpty();
        config.jetty.modifyServer(server -> {
            RequestGate gate = new RequestGate(uncounted, refusing, stopping, statistics);
            gate.setHandler(new EagerContentHandler(
                    new EagerContentHandler.RetainedContentLoaderFactory(LONGEST_BODY + 1, 0, false)));
            server.setHandler(gate);
        });
        new RequestTracking(requests, statistics, uncounted, !held.isEmpty()).register(config);
        Problems.register(config.routes);
        for (Route route : table) {
            addRoute(
                    config,
                    route.method(),
                    route.path(),
                    route.stores() ? limit.limited(route.handler()) : route.handler());
        }
        addRoute(config, HandlerType.GET, Pages.FILE_OF_UI, Pages::fileOfUi);
        config.routes.ws("/socket", new EchoSocket(streams)::register);
    }

    private static void addRoute(JavalinConfig config, HandlerType method, String path, Handler handler) {
        Handler checked = Problems.catchingErrors(handler);
        config.routes.addHttpHandler(method, path, checked);
        if (method.equals(HandlerType.GET)) {
            // By default Javalin answers HEAD with 200 without calling the handler.
            config.routes.addHttpHandler(HandlerType.HEAD, path, checked);
        }
    }

    /** The connectors are opened at the end of the start, because Javalin would open them before it is initialized. */
    private Connector createConnectors(Server server, HttpConfiguration http) {
        for (int i = 0; i < Math.max(1, held.size()); i++) {
            connectors.add(new DrainingConnector(server, http));
        }
        inMemory = new LocalConnector(server, new HttpConnectionFactory(http));
        return inMemory;
    }

    /** Starts listening. */
    public void start() throws Exception {
        javalin.start();
        rehearse();
        for (int i = 0; i < connectors.size(); i++) {
            DrainingConnector connector = connectors.get(i);
            if (held.isEmpty()) {
                connector.setPort(port);
            } else {
                connector.open(held.get(i).channel());
            }
            javalin.jettyServer().server().addConnector(connector);
            connector.start();
        }
    }

    /**
     * Sends the first requests itself: Javalin initializes parts lazily without synchronization, so two concurrent first
     * requests could get 500. The same applies to the first WebSocket request.
     */
    private void rehearse() throws Exception {
        var unused = inMemory.getResponse("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        unused = inMemory.getResponse("GET / HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Version: 13\r\n\r\n");
        inMemory.stop();
        javalin.jettyServer().server().removeConnector(inMemory);
    }

    /** Whether requests still get a thread, for the watchdog, also during the drain. */
    public boolean isResponsive() {
        return responsiveness.isResponsive();
    }

    /** The port of the server. */
    public int port() {
        return held.isEmpty() ? javalin.port() : held.get(0).port();
    }

    /**
     * Stops accepting on sockets of systemd, which stay open in systemd: new connections wait there for the next process. The
     * server's own port stays open, so that new requests get 503 instead of a refused connection.
     */
    public void stopService() throws InterruptedException {
        if (!held.isEmpty()) {
            for (DrainingConnector connector : connectors) {
                connector.stopAccepting();
            }
        }
    }

    /** Stops the server after the drain, when all accepted requests are answered. */
    public void release() throws Exception {
        for (DrainingConnector connector : connectors) {
            if (connector.isRunning()) {
                connector.stopAccepting();
                connector.awaitNone();
            }
        }
        javalin.stop();
    }
}
