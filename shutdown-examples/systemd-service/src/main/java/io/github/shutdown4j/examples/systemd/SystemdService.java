package io.github.shutdown4j.examples.systemd;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownHealth;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.examples.jetty.DrainingConnector;
import io.github.shutdown4j.examples.jetty.Responsiveness;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.systemd.ActivatedSocket;
import io.github.shutdown4j.systemd.PassedDescriptor;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * The web server of the quickstart as a systemd service, with two unit files. The numbers in the code mark the differences:
 *
 * <ol>
 *   <li>One listener connects systemd: "systemctl start" returns when the server is ready, "systemctl status" shows its
 *       state, the stop timeout is extended while requests finish, and the watchdog monitors the server.
 *   <li>"systemctl reload" reads the settings again and shows the cause of a failure.
 *   <li>systemd holds the listening sockets. During the stop this process does not accept; new connections wait in the queue of
 *       the socket for the next process. All accepted connections are answered, so a restart fails no request.
 *   <li>The state is in {@code StateDirectory=}, the settings are in {@code ConfigurationDirectory=}.
 * </ol>
 *
 * <p>It also runs without systemd: on the port of the environment variable PORT, or 8080. New requests then get 503 during the
 * drain, as in the quickstart.
 */
public final class SystemdService {

    /** The state that survives a restart. */
    record State(long finishedRequests) {}

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final AtomicLong finished = new AtomicLong();
    private volatile long longestMillis;

    private final Server server = new Server();
    private final List<DrainingConnector> connectors = new ArrayList<>();
    private final Responsiveness responsiveness = new Responsiveness(server, Duration.ofSeconds(5));
    private boolean held;

    public static void main(String[] args) throws Exception {
        new SystemdService().run();
    }

    private void run() throws Exception {
        // As in the quickstart, but in the directories that systemd has created for this service.
        CheckpointStore<State> store = CheckpointStore.json(file("STATE_DIRECTORY", "state.json"), State.class);
        finished.set(store.load().orElse(new State(0)).finishedRequests());
        readSettings();
        List<SocketAddress> addresses = listen();

        // 1. Notifies systemd of every event. Does nothing without systemd.
        ShutdownConfig config = ShutdownConfig.fromEnvironment();
        SystemdListener systemd = SystemdListener.builder()
                .config(config)
                .watchdog(watchdog -> watchdog.healthCheck(responsiveness::isResponsive))
                .build();

        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(config)
                .listener(systemd)
                .services(ServiceGroup.builder()
                        .add("http", Service.of(server::start, this::stopService))
                        .build())
                .tracker(requests)
                .checkpoint(Checkpoint.every(Duration.ofSeconds(1), store, () -> new State(finished.get())))
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        coordinator.resources().register(Resource.of("http server", Resource.EARLY_PRIORITY, this::stopServer));

        // 2. SIGHUP, which "systemctl reload" sends, reloads the settings.
        coordinator.reloader().subscribe("settings", this::readSettings);

        server.setHandler(new Endpoints(coordinator.health(), coordinator.trigger()));
        System.out.println("addresses " + addresses + ", process "
                + ProcessHandle.current().pid());
        coordinator.run();
    }

    // 3. All sockets that systemd has passed, because no other process serves them.

    private List<SocketAddress> listen() throws IOException {
        for (PassedDescriptor other : PassedDescriptor.fromEnvironment()) {
            throw new IOException("the socket unit has " + other.description() + ", but only TCP is served here");
        }
        List<ActivatedSocket> sockets = ActivatedSocket.fromEnvironment();
        if (sockets.isEmpty()) {
            int port =
                    Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080"));
            addConnector().setPort(port); // bound by server.start()
            return List.of(new InetSocketAddress(port));
        }
        held = true;
        for (ActivatedSocket socket : sockets) {
            if (!(socket.address() instanceof InetSocketAddress)) {
                // Its clients would wait forever.
                throw new IOException("the socket unit has " + socket.address() + ", but only TCP is served here");
            }
            addConnector().open(socket.channel());
        }
        return sockets.stream().map(ActivatedSocket::address).toList();
    }

    private DrainingConnector addConnector() {
        DrainingConnector connector = new DrainingConnector(server, new HttpConfiguration());
        server.addConnector(connector);
        connectors.add(connector);
        return connector;
    }

    /** Sockets of systemd stay open in systemd. A port of this process also stays open, because closing it would refuse clients. */
    private void stopService() throws InterruptedException {
        if (held) {
            stopAccepting();
        }
    }

    private void stopAccepting() throws InterruptedException {
        for (DrainingConnector connector : connectors) {
            connector.stopAccepting();
        }
    }

    /** Stops the server when it no longer accepts and all accepted connections are closed. */
    private void stopServer() throws Exception {
        stopAccepting();
        for (DrainingConnector connector : connectors) {
            connector.awaitNone();
        }
        server.stop();
    }

    // 4. The directories of systemd.

    /** In the directory that systemd passes in this variable, otherwise in the working directory. */
    private static Path file(String variable, String name) {
        return Path.of(Optional.ofNullable(System.getenv(variable)).orElse("")).resolve(name);
    }

    /** A setting to reload: the maximum duration of a request, in milliseconds. */
    private void readSettings() throws IOException {
        Path file = file("CONFIGURATION_DIRECTORY", "service.properties");
        Properties settings = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            }
        }
        longestMillis = Long.parseLong(settings.getProperty("longest_ms", "60000"));
    }

    // The response of the server.

    private record Answer(int status, String text) {}

    private final class Endpoints extends Handler.Abstract {

        private final ShutdownHealth health;
        private final ShutdownTrigger end;

        Endpoints(ShutdownHealth health, ShutdownTrigger end) {
            this.health = health;
            this.end = end;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Answer answer =
                    switch (Request.getPathInContext(request)) {
                        case "/work" -> work(request.getHttpURI().getQuery());
                        case "/count" -> new Answer(200, finished.get() + "\n");
                        case "/health/live" -> health(health.isLive());
                        case "/health/ready" -> health(health.isReady());
                        default -> new Answer(404, "there are /work?ms=100, /count, /health/live and /health/ready\n");
                    };
            response.setStatus(answer.status());
            if (end.isRequested()) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close"); // the last on its connection
            }
            Content.Sink.write(response, true, answer.text(), callback);
            return true;
        }

        private Answer health(boolean good) {
            return new Answer(good ? 200 : 503, health.detail() + "\n");
        }
    }

    /**
     * Every request holds a guard while it is processed. When the stop begins, no more guards are granted and new requests are
     * refused. With a socket of systemd there are only requests on connections that were accepted before; they are answered.
     */
    private Answer work(String query) {
        Optional<ConnectionGuard> guard = requests.tryAcquire();
        if (guard.isEmpty() && !held) {
            return new Answer(503, "shutting down\n");
        }
        try (ConnectionGuard present = guard.orElse(null)) {
            long millis = query == null ? 0 : Long.parseLong(query.replaceFirst("^ms=", ""));
            if (millis < 0 || millis > longestMillis) {
                return new Answer(400, "ms must be from 0 to " + longestMillis + "\n");
            }
            Thread.sleep(millis);
            finished.incrementAndGet();
            return new Answer(200, "done\n");
        } catch (NumberFormatException badRequest) {
            return new Answer(400, "ms must be a whole number, as in /work?ms=100\n");
        } catch (InterruptedException interrupted) {
            return new Answer(503, "timed out\n");
        }
    }
}
