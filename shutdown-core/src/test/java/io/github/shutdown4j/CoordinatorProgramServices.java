package io.github.shutdown4j;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.shutdown4j.services.RestartPolicy;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;
import io.github.shutdown4j.services.ServicePolicy;
import io.github.shutdown4j.testing.ProcessorTime;
import io.github.shutdown4j.testing.ProgramArguments;

/** The services of {@link CoordinatorProgram}. */
final class CoordinatorProgramServices {

    private CoordinatorProgramServices() {}

    /**
     * The services that the arguments name.
     *
     * @param coordinator for services that request the shutdown; services are built before it
     */
    static ServiceGroup of(ProgramArguments args, CompletableFuture<ShutdownCoordinator> coordinator) {
        ServiceGroupBuilder services = ServiceGroup.builder();
        if (args.has("return-from-main")) {
            return services.build(); // a service would keep the process alive
        }
        services.add("plain", Service.of(() -> {}, () -> System.out.println("stopped plain")));
        if (args.has("failing-service")) {
            services.add("failing", context -> {
                context.ready();
                context.awaitStop(Duration.ofMillis(500));
                throw new IllegalStateException("disk on fire");
            });
        }
        if (args.has("flapping-service")) {
            RestartPolicy sooner =
                    RestartPolicy.unlimited().withBackoff(Duration.ofMillis(100), Duration.ofHours(1), 64);
            AtomicInteger runs = new AtomicInteger();
            services.add(
                    "flapping",
                    context -> {
                        context.ready();
                        context.awaitStop(Duration.ofMillis(10));
                        System.out.println("run " + runs.incrementAndGet() + " fails, processor "
                                + ProcessorTime.used().toMillis() + " ms");
                        throw new IllegalStateException("no disk");
                    },
                    ServicePolicy.critical().withRestart(sooner));
        }
        if (args.has("exit-in-service")) {
            services.add("exiting", context -> {
                context.ready();
                context.awaitStop(Duration.ofMillis(300));
                System.exit(6);
            });
        }
        if (args.has("exit-in-stop")) {
            services.add("exiting", Service.of(() -> {}, () -> System.exit(6)));
        }
        if (args.has("exit-in-stop-callback")) {
            services.add("exiting", context -> {
                context.onStop(() -> System.exit(6));
                context.ready();
                context.awaitStop();
            });
        }
        if (args.has("late-exit-in-stop")) { // after the stop has already checked for it
            services.add("exiting", Service.of(() -> {}, () -> {
                Thread.sleep(300);
                System.exit(6);
            }));
        }
        if (args.has("failing-stop")) {
            services.add("failing stop", Service.of(() -> {}, () -> {
                throw new IOException("cannot stop");
            }));
        }
        if (args.has("hung-service")) {
            services.add("hung", Service.of(() -> {}, CoordinatorProgram::blockForever));
        }
        if (args.has("slow-start")) {
            services.add(
                    "slow",
                    Service.of(
                            () -> {
                                System.out.println("starting slow");
                                Thread.sleep(60_000);
                            },
                            () -> {}));
        }
        if (args.has("stop-from-service")) {
            services.add("quitter", context -> {
                context.ready();
                coordinator.join().shutdown("a service");
                context.awaitStop();
            });
        }
        return services.build();
    }
}
