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
 * The quickstart's second part: the same web server as a service of systemd, with the two unit files beside it. What is
 * new is marked by a number.
 *
 * <ol>
 *   <li>One call attaches systemd: "systemctl start" returns when the server answers, "systemctl status" tells what it
 *       does, a drain gets more time for as long as requests end, and the watchdog looks after the server.
 *   <li>"systemctl reload" reads the settings again, and shows why if that fails.
 *   <li>systemd holds the listening sockets. On a stop this process accepts nobody any more; newcomers wait in the queue of
 *       the socket for the next process. All who were accepted are answered, so a restart fails no request.
 *   <li>The state is where {@code StateDirectory=} wants it, the settings where {@code ConfigurationDirectory=} does.
 * </ol>
 *
 * <p>Without systemd it runs as well: on the port of the environment variable PORT, or 8080, and there newcomers get 503
 * while it drains, as in the quickstart.
 */
public final class SystemdService {

    /** What survives a restart. */
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
        // As in the quickstart, but in the folders that systemd has made for this service.
        CheckpointStore<State> store = CheckpointStore.json(file("STATE_DIRECTORY", "state.json"), State.class);
        finished.set(store.load().orElse(new State(0)).finishedRequests());
        readSettings();
        List<SocketAddress> addresses = listen();

        // 1. systemd hears of everything. Without systemd this does nothing.
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
                .connections(requests)
                .checkpoint(Checkpoint.every(Duration.ofSeconds(1), store, () -> new State(finished.get())))
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        coordinator.resources().register(Resource.of("http server", Resource.EARLY_PRIORITY, this::stopServer));

        // 2. SIGHUP, which is what "systemctl reload" sends, means: read the settings again.
        coordinator.reloader().subscribe("settings", this::readSettings);

        server.setHandler(new Endpoints(coordinator.health(), coordinator.trigger()));
        System.out.println("addresses " + addresses + ", process "
                + ProcessHandle.current().pid());
        coordinator.run();
    }

    // 3. The sockets of systemd, if there are any: all of them, as nobody else serves them.

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
                // Its clients would wait for ever.
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

    /** Sockets stay open in systemd's hands. One of our own would refuse newcomers from here on, so it stays, too. */
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

    /** Ends the server when nobody accepts any more and all who were accepted have left. */
    private void stopServer() throws Exception {
        stopAccepting();
        for (DrainingConnector connector : connectors) {
            connector.awaitNone();
        }
        server.stop();
    }

    // 4. The folders of systemd.

    /** In the folder that systemd names in this variable, else in the working directory. */
    private static Path file(String variable, String name) {
        return Path.of(Optional.ofNullable(System.getenv(variable)).orElse("")).resolve(name);
    }

    /** One setting, for something to reload: the longest work that is accepted, in milliseconds. */
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

    // What the server answers.

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
     * Every request holds a guard while it is worked on. Once the shutdown has begun there are no more guards: newcomers
     * are refused, but with a held socket there are none, only somebody who was accepted before: the server waits for him.
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
        } catch (InterruptedException givenUp) {
            return new Answer(503, "given up\n");
        }
    }
}
