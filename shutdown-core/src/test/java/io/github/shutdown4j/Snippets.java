package io.github.shutdown4j;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointCodec;
import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.CheckpointType;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.HttpServerFilter;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.RestartPolicy;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServicePolicy;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.SignalHandler;

/**
 * Every example that the README and the Javadoc print, so that it compiles. {@link SnippetsTest} compares them; nothing
 * here is run.
 */
final class Snippets {

    interface Server {
        void start() throws Exception;

        void stop() throws Exception;

        boolean isReachable();
    }

    interface Registry {
        void deregister();
    }

    interface Consumer {
        void readAndHandleOneBatch() throws Exception;
    }

    interface Connection extends AutoCloseable {
        Object read(Duration atMost) throws Exception;
    }

    interface Broker {
        Connection connect() throws Exception;
    }

    record Carts(List<String> items) {
        static final Carts NONE = new Carts(List.of());

        Carts snapshot() {
            return this;
        }

        Carts with(Cart cart) {
            return new Carts(List.of(cart.owner()));
        }
    }

    record Cart(String owner) {}

    record Counters(long served) {
        static final Counters ZERO = new Counters(0);
    }

    record Visit(String path) {}

    interface Stream {
        void close();
    }

    interface Table {
        void insert(List<Visit> batch) throws Exception;
    }

    private Table table;
    private Server server;
    private Server database;
    private Registry registry;
    private Server scheduler;
    private Service metrics;
    private AutoCloseable pool;
    private AutoCloseable flusher;
    private FileChannel channel;
    private ExecutorService executor;
    private Consumer consumer;
    private Broker broker;
    private ConnectionTracker requests;
    private ResourceManager resources;
    private ObjectMapper mapper;

    private Snippets() {}

    private void handle(Object request) {}

    void timeline() {
        var coordinator = ShutdownCoordinator.builder()
                .onFinished(report -> System.out.println(report.timeline().toText()))
                .listener(ReportFile.at(Path.of("shutdown-%t.html")))
                .build();
    }

    void tenLines() throws Exception {
        var requests = ConnectionTracker.create("requests"); // each request holds a guard while it is handled
        var coordinator = ShutdownCoordinator.builder()
                .services(ServiceGroup.builder()
                        .add("http", Service.startOnly(server::start)) // it answers until it is released
                        .build())
                .tracker(requests)
                .build();
        coordinator.resources().register(Resource.of("http", Resource.EARLY_PRIORITY, server::stop));
        coordinator.resources().register(Resources.database("database", pool));
        coordinator.run(); // ends with the process, and with the exit code of the report
    }

    void shortForm() throws Exception {
        var requests = ConnectionTracker.create("requests"); // handlers: requests.run(() -> handle(request))
        ShutdownCoordinator.builder()
                .timeout(Duration.ofSeconds(30))
                .server("http", server::start, server::stop) // stopped after the drain
                .tracker(requests)
                .resource(Resources.database("database", pool))
                .build()
                .run(); // ends with the process, and with the exit code of the report
    }

    void health(HttpServer server, ShutdownCoordinator coordinator) {
        server.createContext("/health/live", HealthHandler.live(coordinator.health()));
        server.createContext("/health/ready", HealthHandler.ready(coordinator.health()));
    }

    void check(ShutdownCoordinator coordinator) {
        coordinator.health().addCheck("db", () -> database.isReachable(), Duration.ofSeconds(2));
    }

    void config() {
        ShutdownConfig.load(Path.of("app.toml")); // the environment overrides the file, and -D both
        ShutdownConfig.builder().timeout(Duration.ofSeconds(45)).build();
    }

    void signals() throws InterruptedException {
        ShutdownTrigger trigger = ShutdownTrigger.create();
        try (SignalHandler signals = SignalHandler.install(trigger)) {
            ShutdownReason reason = trigger.await();
            System.out.println("ending: " + reason.text());
        }
    }

    void plan(ShutdownCoordinator coordinator) {
        System.out.println(coordinator.plan().toText());
        coordinator.plan().warnings().forEach(System.err::println);
    }

    RestartPolicy restarts() {
        return RestartPolicy.upTo(5, Duration.ofMinutes(1))
                .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(10), 2);
    }

    Supplier<ShutdownListener> listener() {
        final class Announcer implements ShutdownListener {
            public void onShutdown(ShutdownReason reason) {
                registry.deregister();
            }
        }
        return Announcer::new;
    }

    void runs(Object request) {
        requests.run(() -> handle(request));
    }

    void filter(HttpServer server, HttpHandler handler) {
        server.createContext("/", handler).getFilters().add(HttpServerFilter.of(requests));
    }

    void guard(Object request) {
        try (ConnectionGuard guard = requests.acquire()) {
            handle(request);
        }
    }

    void trackerGuard(ConnectionTracker tracker, Object request) {
        try (ConnectionGuard guard = tracker.acquire()) {
            handle(request);
        }
    }

    void longLived(ConnectionTracker tracker, Stream stream) {
        tracker.acquire("stream").onDrain(stream::close);
    }

    void databaseLast() {
        // the database waits for its writer, whatever the priorities are
        resources.register(Resources.database("db", pool).withAfter("flusher"));
        // or let the writer go first
        resources.register(Resource.of("flusher", Resource.EARLY_PRIORITY, flusher));
    }

    void resourceManager() {
        ResourceManager resources = ResourceManager.create();
        resources.register(Resources.file("journal", channel));
        resources.register(Resources.executor("mail", executor));
        resources.register(Resources.database("db", pool).withAfter("mail")); // its tasks write to it
    }

    void serviceGroup() {
        ServiceGroup services = ServiceGroup.builder()
                .add("database", Service.of(database::start, database::stop))
                .add(
                        "http",
                        Service.startOnly(server::start),
                        ServicePolicy.critical().withAfter("database"))
                .add("metrics", metrics, ServicePolicy.optional())
                .build();
        services.start();
    }

    ServicePolicy policy() {
        return ServicePolicy.critical()
                .withAfter("postgres", "redis")
                .withRestart(RestartPolicy.upTo(5, Duration.ofMinutes(1)));
    }

    void eventQueue(String path) {
        EventQueue<Visit> visits = EventQueue.<Visit>builder("visits", table::insert)
                .capacity(50_000)
                .batchSize(500)
                .linger(Duration.ofSeconds(2))
                .start();
        resources.register(visits);
        visits.offer(new Visit(path));
    }

    void startOnly() {
        ServiceGroup services = ServiceGroup.builder()
                .add("http", Service.startOnly(server::start))
                .build();
        resources.register(Resource.of("http", Resource.EARLY_PRIORITY, server::stop));
        services.start();
    }

    List<Service> services() {
        Service loop = Service.loop(consumer::readAndHandleOneBatch);
        Service http = Service.startOnly(server::start);
        Service scheduled = Service.of(scheduler::start, scheduler::stop);
        Service own = context -> {
            try (var connection = broker.connect()) {
                context.ready();
                while (!context.isStopping()) {
                    handle(connection.read(Duration.ofSeconds(1)));
                }
            }
        };
        return List.of(loop, own, http, scheduled);
    }

    void checkpoint(Carts carts) throws CheckpointException {
        var store = CheckpointStore.json(Path.of("/var/lib/shop/carts.json"), Carts.class);
        var checkpoint = Checkpoint.every(Duration.ofSeconds(10), store, carts::snapshot);
        checkpoint.start();
    }

    void store() throws CheckpointException {
        var store = CheckpointStore.json(Path.of("/var/lib/shop/carts.json"), Carts.class);
        Carts carts = store.load().orElse(Carts.NONE);
        store.save(carts.snapshot());
    }

    void held(CheckpointStore<Carts> store, Cart cart) throws CheckpointException {
        var carts = Checkpoint.holding(store, Carts.NONE);
        carts.update(all -> all.with(cart));
    }

    void typed(Path file) throws CheckpointException {
        var store = CheckpointStore.builder(file, new CheckpointType<Map<String, Cart>>() {})
                .open();
        store.close();
    }

    Counters loaded(CheckpointStore<Counters> store) throws CheckpointException {
        Counters counters = store.load().orElse(Counters.ZERO);
        return counters;
    }

    Supplier<CheckpointCodec<Cart>> codec() {
        final class CartCodec implements CheckpointCodec<Cart> {
            public byte[] encode(Cart cart) throws IOException {
                return mapper.writeValueAsBytes(cart);
            }

            public Cart decode(byte[] json) throws IOException {
                return mapper.readValue(json, Cart.class);
            }
        }
        return CartCodec::new;
    }
}
