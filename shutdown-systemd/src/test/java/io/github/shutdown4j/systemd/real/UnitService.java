package io.github.shutdown4j.systemd.real;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;
import io.github.shutdown4j.services.ServicePolicy;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.systemd.SystemdListenerBuilder;
import io.github.shutdown4j.systemd.WatchdogPolicy;

/**
 * The service that the units of the tests run, on a coordinator. Options are {@code name=value}: {@code slow=MS} until
 * "postgres" is ready; {@code start=fail}, {@code start=garbled}; {@code sick=MS} is unhealthy after that time;
 * {@code trigger=yes}; {@code policy=DISABLE_ON_STOP}; {@code drain=MS} for the work in flight, {@code progress=no} if
 * none of it ends earlier; {@code self=MS} stops by itself, {@code crash=MS} fails, that long after it is ready;
 * {@code reload=MS}, {@code reload-fails=yes}, {@code reloads=2} for two subscribers of that kind; {@code chain=MS} for
 * a service that starts after "postgres"; {@code start-extension=MS}, {@code extension=MS}, {@code reload-extension=MS}.
 */
public final class UnitService {

    private static final long STEP = 250;

    private final Map<String, String> options;
    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final Deque<ConnectionGuard> inFlight = new ArrayDeque<>();

    private UnitService(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = Stream.of(args)
                .map(arg -> arg.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        new UnitService(options).run();
    }

    private void run() throws Exception {
        AtomicBoolean healthy = new AtomicBoolean(true);
        after("sick", () -> healthy.set(false));
        Duration drain = Duration.ofMillis(millis("drain")).plusSeconds(5);
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(drain.plusSeconds(5))
                .drainTimeout(drain)
                .build();
        SystemdListenerBuilder builder = SystemdListener.builder();
        if (options.containsKey("start-extension")) {
            builder.startExtension(Duration.ofMillis(millis("start-extension")));
        }
        if (options.containsKey("extension")) {
            builder.stopExtension(Duration.ofMillis(millis("extension")));
        }
        if (options.containsKey("reload-extension")) {
            builder.reloadExtension(Duration.ofMillis(millis("reload-extension")));
        }
        SystemdListener systemd = builder.config(config)
                .watchdog(watchdog -> {
                    watchdog.healthCheck(healthy::get);
                    watchdog.policy(WatchdogPolicy.valueOf(options.getOrDefault("policy", "KEEP_DURING_SHUTDOWN")));
                    if (options.containsKey("trigger")) {
                        watchdog.triggerWhenUnhealthy();
                    }
                })
                .build();
        ServiceGroupBuilder services = ServiceGroup.builder()
                .add("postgres", Service.of(() -> Thread.sleep(millis("slow")), () -> {}))
                .add("http", Service.of(this::start, this::beginToDrain));
        if (options.containsKey("chain")) {
            services.add(
                    "cache",
                    Service.of(() -> Thread.sleep(millis("chain")), () -> {}),
                    ServicePolicy.critical().withAfter("postgres"));
        }
        if (options.containsKey("crash")) {
            services.add("ledger", this::crash);
        }
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(config)
                .listener(systemd)
                .services(services.build())
                .tracker(requests)
                .build();
        coordinator.reloader().subscribe("limits", this::reload);
        if (options.containsKey("reloads")) {
            coordinator.reloader().subscribe("routes", this::reload);
        }
        coordinator.start();
        if (options.containsKey("self") && coordinator.awaitReady(Duration.ofMinutes(1))) {
            after("self", () -> coordinator.shutdown("itself"));
        }
        coordinator.await();
    }

    private void crash(ServiceContext context) throws InterruptedException {
        context.ready();
        Thread.sleep(millis("crash"));
        throw new IllegalStateException("debit is not credit");
    }

    private void start() {
        if ("fail".equals(options.get("start"))) {
            throw new IllegalStateException("port taken");
        } else if ("garbled".equals(options.get("start"))) {
            throw new IllegalStateException(
                    "red\u001b[31m bell\u0007 csi\u009b2J nel\u0085 del\u007f cr\r lf\n turned\u202e");
        }
        long steps = options.containsKey("progress") ? 7 : millis("drain") / STEP;
        for (long i = 0; i < steps; i++) {
            inFlight.add(requests.acquire());
        }
    }

    /** Requests end one by one, or all at the end. */
    private void beginToDrain() {
        boolean together = options.containsKey("progress");
        Thread worker = new Thread(() -> {
            while (!inFlight.isEmpty()) {
                sleep(together ? millis("drain") : STEP);
                do {
                    inFlight.remove().close();
                } while (together && !inFlight.isEmpty());
            }
        });
        worker.setDaemon(true);
        worker.start();
    }

    private void reload() {
        sleep(millis("reload"));
        if (options.containsKey("reload-fails")) {
            throw new IllegalStateException("no number");
        }
    }

    private long millis(String option) {
        return Long.parseLong(options.getOrDefault(option, "0"));
    }

    private void after(String option, Runnable action) {
        if (options.containsKey(option)) {
            Thread timer = new Thread(() -> {
                sleep(millis(option));
                action.run();
            });
            timer.setDaemon(true);
            timer.start();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
