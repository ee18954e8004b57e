package io.github.shutdown4j.examples.log4j2;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * Logs through an asynchronous appender until the exit and loses no line: the JVM hook that stops Log4j waits for the
 * report of the coordinator. Log4j's own hook does not wait: after a call of System.exit it stops the log at the beginning of
 * the shutdown. Therefore it is disabled in log4j2.xml.
 *
 * <p>A line on standard input calls System.exit(3), as a library might. The release takes RELEASE_MS.
 */
public final class Log4jService {

    private static final Logger log = LoggerFactory.getLogger(Log4jService.class);
    private static final Logger journal = LoggerFactory.getLogger("journal");

    private Log4jService() {}

    public static void main(String[] args) throws InterruptedException {
        ShutdownConfig config = ShutdownConfig.fromEnvironment();
        AtomicLong entries = new AtomicLong();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(config)
                .services(ServiceGroup.builder()
                        .add("writer", Service.loop(() -> write(entries)))
                        .build())
                .onFinished(report -> log.info("{} entries; {}", entries, report.toText()))
                .build();
        long millis = Long.parseLong(System.getenv().getOrDefault("RELEASE_MS", "0"));
        coordinator.resources().register(Resource.of("something slow", () -> Thread.sleep(millis)));

        Duration limit = config.timeout().plusSeconds(2); // the last second of the listeners, and a reserve
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopLogging(coordinator, limit), "stop-logging"));
        exitOnInput();
        coordinator.run();
    }

    /** Runs last: JVM hooks run concurrently, so this one waits for the coordinator. */
    private static void stopLogging(ShutdownCoordinator coordinator, Duration limit) {
        try {
            var unused = coordinator.await(limit);
        } catch (InterruptedException now) {
            Thread.currentThread().interrupt();
        }
        // Empties the queues and closes the files; LogManager.shutdown() leaves half of one that it compresses.
        Configurator.shutdown((LoggerContext) LogManager.getContext(false), 10, TimeUnit.SECONDS);
    }

    private static void write(AtomicLong entries) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            journal.info("entry {}", entries.incrementAndGet());
        }
        Thread.sleep(1);
    }

    private static void exitOnInput() {
        Thread reader = new Thread(
                () -> {
                    try {
                        if (System.in.read() >= 0) {
                            System.exit(3);
                        }
                    } catch (IOException closed) {
                        log.debug("no input", closed);
                    }
                },
                "input");
        reader.setDaemon(true);
        reader.start();
    }
}
