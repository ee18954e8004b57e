package io.github.shutdown4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownTrigger;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** The examples of docs/testing.md, which run here. */
class TestingPageTest {

    /** An ordinary application, without code for tests. */
    static final class Shop {

        public static void main(String[] args) throws InterruptedException {
            var orders = ConnectionTracker.create("orders");
            var coordinator = ShutdownCoordinator.builder()
                    .services(ServiceGroup.builder()
                            .add("till", Service.of(() -> {}, () -> {}))
                            .build())
                    .tracker(orders)
                    .build();
            coordinator.resources().register(Resource.of("database", () -> System.out.println("database closed")));
            coordinator.resources().register(Resource.of("mail", Resource.EARLY_PRIORITY, () -> {}));
            coordinator.start();
            takeAnOrder(orders, coordinator.trigger());
            System.out.println("open"); // only after the start: until then a signal just kills
            coordinator.await();
        }

        /** It is finished half a second after the shutdown has begun, however late the signal is. */
        private static void takeAnOrder(ConnectionTracker orders, ShutdownTrigger shutdown) {
            ConnectionGuard guard = orders.acquire("order 1");
            Thread worker = new Thread(() -> {
                shutdown.whenRequested().toCompletableFuture().join();
                Moments.after(ofMillis(500));
                System.out.println("order 1 sent");
                guard.close();
            });
            worker.setDaemon(true);
            worker.start();
        }
    }

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    @RegisterExtension
    final FakeClock clock = new FakeClock();

    @Test
    void finishesWhatItHasAccepted() {
        ChildJvm shop = jvms.main(Shop.class).args("--slow").start();
        shop.awaitLine("open");
        assertThat(shop.signal("TERM").awaitExit())
                .hasExitCode(0)
                .endedBecauseOf("SIGTERM")
                .ranPhasesInOrder()
                .ranInOrder("till", "orders", "mail", "database")
                .completed("orders", "database")
                .abandonedNothing()
                .printed("order 1 sent", "database closed")
                .tookBetween(ofMillis(100), ofSeconds(19));
    }

    @Test
    void writesNoReportWhenKilled() {
        ChildJvm shop = jvms.main(Shop.class).start();
        shop.awaitLine("open");
        ChildExit exit = shop.signal("KILL").awaitExit();
        assertThat(exit).hasExitCode(137).didNotPrint("order 1 sent");
        assertThat(exit.report()).isEmpty();
    }

    @Test
    void abandonsARequestThatHangs() throws Exception {
        var requests = ConnectionTracker.create("requests");
        var coordinator =
                ShutdownCoordinator.builder().tracker(requests).embedded().build();
        coordinator.start();
        requests.acquire();
        coordinator.shutdown("the test");
        ShutdownReport report = clock.advanceUntilFinished(coordinator);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.elapsed()).isBetween(ofSeconds(20), ofSeconds(30));
    }

    @Test
    void pageShowsWhatRunsHere() throws IOException {
        String here =
                essence(Files.readString(Path.of("src/test/java/io/github/shutdown4j/testing/TestingPageTest.java")));
        List<String> examples = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/testing.md")))
                .results()
                .map((MatchResult match) -> essence(match.group(1)))
                .toList();
        assertThat(examples).hasSizeGreaterThan(2).allSatisfy(example -> assertThat(here)
                .contains(example));
    }

    /** Without comments and layout. */
    private static String essence(String code) {
        return code.replaceAll("(?m)^ *//.*$", "").replaceAll("\\s+", "");
    }
}
