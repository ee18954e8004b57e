package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.settings.SettingsException;
import io.github.shutdown4j.examples.backend.statistics.Statistics;
import io.github.shutdown4j.examples.backend.web.Events;
import io.github.shutdown4j.examples.backend.web.Health;
import io.github.shutdown4j.examples.backend.web.HealthChecks;
import io.github.shutdown4j.examples.backend.web.LiveState;
import io.github.shutdown4j.examples.backend.web.Metrics;
import io.github.shutdown4j.examples.backend.web.ProjectCache;
import io.github.shutdown4j.examples.backend.web.Projects;
import io.github.shutdown4j.examples.backend.web.Routes;
import io.github.shutdown4j.examples.backend.web.WebServer;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;
import io.github.shutdown4j.systemd.ActivatedSocket;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.systemd.SystemdMessage;
import io.github.shutdown4j.systemd.SystemdNotifier;

/**
 * A web API, job consumers and a cron task on PostgreSQL and Redis, which shut down without losing work.
 *
 * <p>The start reads the settings, then opens database and Redis, then starts the coordinator, which starts all services
 * concurrently. If one fails, the others stop.
 */
public final class Backend {

    /** The priority of resources that all others may still use. */
    private static final int LAST = 1_000;

    private static final int FAILED = 1;

    private static final Duration EVENT_PERIOD = Duration.ofSeconds(1);

    private static final Duration CHECK_PERIOD = Duration.ofSeconds(2);

    /** Less than the usual timeout of probes, 1 to 3 s including the network. */
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(1);

    /** For one migration, or for the wait until another instance has done all of them. */
    private static final Duration MIGRATION_TIME =
            Duration.ofSeconds(Stores.MIGRATION_WAIT_SECONDS).plusSeconds(60);

    /** EX_CONFIG of sysexits.h, for systemd: another start would not help, so the unit does not restart. */
    private static final int EX_CONFIG = 78;

    private final ShutdownCoordinator coordinator;
    private final Jobs jobs;

    public static void main(String[] args) {
        Options options;
        Settings settings;
        try {
            options = Options.parse(args);
            if (options.help()) {
                System.out.print(Options.HELP);
                return;
            }
            if (options.version()) {
                System.out.println("shutdown4j example backend " + version());
                return;
            }
            settings = Settings.read(options.config(), System.getenv());
        } catch (IllegalArgumentException | SettingsException mistakes) {
            end(codeForMistakes(args, System.getenv()), mistakes.getMessage());
            return;
        }
        if (options.check()) {
            check(settings);
        } else {
            start(options, settings);
        }
    }

    /** From the manifest of the jar. */
    private static String version() {
        return Optional.ofNullable(Backend.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }

    /** Only as a service of type notify; INVOCATION_ID is also set in a terminal under systemd. */
    static int codeForMistakes(String[] args, Map<String, String> environment) {
        boolean isCheck = List.of(args).contains("--check");
        return environment.containsKey("NOTIFY_SOCKET") && !isCheck ? EX_CONFIG : FAILED;
    }

    /** Builds everything and starts nothing, so that the plan is the real one. */
    private static void check(Settings settings) {
        System.out.println(settings.toText());
        if (settings.stateFile().isEmpty()) {
            printPlan(settings, Optional.empty());
            return;
        }
        try (PlannedHistory planned = PlannedHistory.of(settings.stateFile().get())) {
            printPlan(settings, Optional.of(planned.history()));
        } catch (IOException e) {
            System.err.println("The plan lacks the saves, as the temporary directory cannot be used: " + e);
            printPlan(settings, Optional.empty());
        }
    }

    private static void printPlan(Settings settings, Optional<RunHistory> history) {
        Backend backend =
                new Backend(settings, Stores.planned(settings), List.of(), history, SystemdNotifier.fromEnvironment());
        System.out.println(backend.coordinator.plan().toText());
    }

    private static void start(Options options, Settings settings) {
        Reload.logLevel(settings);
        SystemdNotifier systemd = SystemdNotifier.fromEnvironment();
        try {
            Sockets sockets = Sockets.fromEnvironment();
            if (!sockets.surplus().isEmpty()) {
                end(codeForMistakes(new String[0], System.getenv()), sockets.refusal());
                return;
            }
            if (Stores.needsEmbedded(settings)) {
                System.out.println("Starting PostgreSQL and Redis; their data is in " + settings.dataDir() + " ...");
            }
            Stores stores = Stores.open(settings, () -> extendStartTimeout(systemd));
            Backend backend = new Backend(settings, stores, sockets.served(), history(settings, stores), systemd);
            Reload reload = new Reload(options.config(), System.getenv(), settings, backend.jobs::limits);
            backend.coordinator.reloader().subscribe("settings", reload);
            backend.coordinator.run(); // blocks until the process exits
        } catch (Exception failure) {
            String advice = StartFailure.advice(failure, settings);
            // Otherwise "systemctl status" would show what this run was doing before.
            var unused = systemd.send(SystemdMessage.status("cannot start: " + advice));
            end(FAILED, "Cannot start: " + advice);
        }
    }

    /** Extends TimeoutStartSec= during migrations, before the coordinator and its listener exist. */
    private static void extendStartTimeout(SystemdNotifier systemd) {
        var unused = systemd.send(
                SystemdMessage.extendTimeout(MIGRATION_TIME).and(SystemdMessage.status("opening the stores")));
    }

    private static Optional<RunHistory> history(Settings settings, Stores stores) throws Exception {
        if (settings.stateFile().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(RunHistory.open(settings.stateFile().get()));
        } catch (IOException | RuntimeException e) {
            stores.close();
            throw e;
        }
    }

    private static void end(int exitCode, String message) {
        System.err.println(message);
        System.exit(exitCode);
    }

    /** All components; nothing is running yet. */
    private Backend(
            Settings settings,
            Stores stores,
            List<ActivatedSocket> sockets,
            Optional<RunHistory> history,
            SystemdNotifier systemd) {
        ConnectionTracker requests =
                ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
        ConnectionTracker streams = ConnectionTracker.create("streams");
        Statistics statistics = new Statistics(stores.database());
        Metrics metrics = new Metrics();
        metrics.bindInstance(Sockets.instance());
        jobs = new Jobs(settings, stores, statistics, end -> history.ifPresent(all -> all.jobEnded(end)));
        WebServer web = new WebServer(settings.port(), sockets, requests, streams, statistics);

        AtomicReference<Supplier<LiveState>> state = new AtomicReference<>(); // set once the coordinator exists
        Events events = new Events(streams, () -> state.get().get(), EVENT_PERIOD);

        ServiceGroupBuilder services = ServiceGroup.builder()
                .add("web", Service.of(web::start, web::stopService))
                .add("events", events);
        jobs.addServices(services);
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(settings.shutdown())
                .listener(new ConsoleOutput(settings, stores, web, history))
                .listener(SystemdListener.builder()
                        .notifier(systemd)
                        .config(settings.shutdown())
                        // More than the start timeout of one service, so that a start that progresses may exceed
                        // TimeoutStartSec=.
                        .startExtension(settings.shutdown().startTimeout().plusSeconds(5))
                        .watchdog(watchdog -> watchdog.healthCheck(web::isResponsive))
                        .build())
                .services(services.build())
                .tracker(requests)
                .tracker(streams);
        jobs.addTrackers(builder);
        history.ifPresent(all -> builder.checkpoint(all.checkpoint()));
        coordinator = builder.build();
        history.ifPresent(all -> all.follow(coordinator.metrics()));

        HealthChecks checks = checks(settings, stores);
        Health health = new Health(coordinator.health(), checks);
        state.set(() -> LiveState.of(health, coordinator.metrics(), jobs));
        register(coordinator.resources(), web, statistics, stores);
        coordinator.resources().register(Resource.of("health checks", Resource.EARLY_PRIORITY, checks));
        stores.database().setMetricRegistry(metrics.registry());
        metrics.bind(coordinator.metrics());
        metrics.bind(statistics);
        metrics.bind(jobs);
        web.prepare(
                new Routes(
                        new Projects(stores.database(), new ProjectCache(jobs.cacheRedis())),
                        jobs,
                        statistics,
                        health,
                        metrics,
                        events),
                stores.database().getMaximumPoolSize(),
                () -> coordinator.trigger().isRequested());
    }

    /** The checks of readiness; none if configured. */
    private HealthChecks checks(Settings settings, Stores stores) {
        HealthChecks checks = new HealthChecks(CHECK_PERIOD, CHECK_LIMIT);
        if (settings.checkStores()) {
            checks.add("postgresql", new DatabaseCheck(stores.database().getJdbcUrl(), settings, CHECK_LIMIT));
            jobs.addChecks(checks);
        }
        return checks;
    }

    /**
     * Releases everything that adds to the statistics, then the statistics, then the database, then the embedded
     * servers.
     */
    private void register(ResourceManager resources, WebServer web, Statistics statistics, Stores stores) {
        resources.register(Resource.of("web server", Resource.EARLY_PRIORITY, web::release));
        jobs.register(resources);
        resources.register(statistics.queue().withAfter("web server").withAfter(jobs.resourceNames()));
        resources.register(Resources.dataSource("database", stores.database()).withAfter("statistics"));
        if (stores.embedded().isPresent()) {
            resources.register(
                    Resource.of("embedded servers", LAST, stores.embedded().get())
                            .withAfter("database", "redis"));
        }
    }
}
