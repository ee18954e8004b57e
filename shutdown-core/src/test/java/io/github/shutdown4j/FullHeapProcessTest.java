package io.github.shutdown4j;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;

/** A shutdown during which the heap is full, so that no thread can allocate anything. */
class FullHeapProcessTest extends CoordinatorProcess {

    /**
     * On a loaded machine a collector that never finds anything takes nearly all of the little time that the process gets. Still
     * much less than the ten minutes for which a heap stays full.
     */
    private static final Duration LONG = Duration.ofSeconds(100);

    /** Fills the heap when the drain begins, for as many milliseconds as its argument says. */
    static final class Program {

        private static volatile Object @Nullable [] filling;
        private static volatile @Nullable Crumb crumbs;
        private static volatile boolean hasBeenFull;

        /** As small as an object can be. */
        private static final class Crumb {
            final @Nullable Crumb next;

            Crumb(@Nullable Crumb next) {
                this.next = next;
            }
        }

        public static void main(String[] args) throws Exception {
            long millis = Long.parseLong(args[0]);
            ConnectionTracker tracker = ConnectionTracker.create("connections");
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .config(ShutdownConfig.builder()
                            .timeout(Duration.ofSeconds(Long.parseLong(args[1])))
                            .forceDelay(Duration.ofSeconds(1))
                            .build())
                    .tracker(tracker)
                    .resource(Resource.of("resource", () -> System.out.println("released")))
                    .listener(new ShutdownListener() {
                        @Override
                        public void onFinished(ShutdownReport report) {
                            System.out.println("notified of the end");
                        }
                    })
                    .build();
            tracker.acquire().close(); // no class remains to be loaded for that
            ConnectionGuard guard = tracker.acquire();
            if (args.length == 3) {
                coordinator.start();
                requestWithFullHeap(coordinator, guard, millis);
            } else {
                guard.onDrain(() -> fill(guard, millis));
                coordinator.start();
            }
            System.out.println("ready");
            coordinator.await();
        }

        /** For a signal, the JVM would need memory itself. */
        private static void requestWithFullHeap(ShutdownCoordinator coordinator, ConnectionGuard guard, long millis) {
            Thread requester = new Thread(() -> {
                while (!hasBeenFull) {
                    Thread.onSpinWait();
                }
                while (!coordinator.trigger().isRequested()) {
                    try {
                        coordinator.shutdown("a process with a full heap");
                    } catch (OutOfMemoryError full) {
                        // again, unless it has been made
                    }
                }
            });
            requester.start();
            Thread filler = new Thread(() -> fill(guard, millis));
            filler.setDaemon(true);
            filler.start();
        }

        private static void fill(ConnectionGuard guard, long millis) {
            long begin = System.nanoTime();
            System.out.println("filling the heap");
            while (System.nanoTime() - begin < millis * 1_000_000) {
                try {
                    fill();
                    guard.close();
                } catch (OutOfMemoryError full) {
                    // again
                }
            }
            filling = null;
            crumbs = null;
            guard.close();
        }

        private static void fill() {
            try {
                for (int size = 100_000; ; ) {
                    try {
                        while (true) {
                            Object[] next = new Object[size];
                            next[0] = filling;
                            filling = next;
                        }
                    } catch (OutOfMemoryError full) {
                        if (size == 1) {
                            break;
                        }
                        size = size > 10 ? size / 10 : 1;
                    }
                }
                while (true) {
                    crumbs = new Crumb(crumbs);
                }
            } catch (OutOfMemoryError full) {
                hasBeenFull = true;
            }
        }
    }

    private ChildJvmLauncher program(long millis, long timeoutSeconds, String... more) {
        return jvms.main(Program.class)
                .jvm("-Xmx24m", "-XX:+UseSerialGC", "-XX:-UseTLAB")
                .args(Long.toString(millis), Long.toString(timeoutSeconds))
                .args(more)
                .logs();
    }

    @Test
    void processWhoseHeapStaysFullIsHaltedAtItsLimits() throws Exception {
        try (ChildJvm child = ready(program(600_000, 4))) {
            child.signal("TERM");
            assertThat(child.awaitExit()).hasExitCode(124).tookBetween(Duration.ofSeconds(4), LONG);
        }
    }

    @Test
    void shutdownThatIsRequestedWhileTheHeapIsFullIsHaltedAtItsLimits() throws Exception {
        try (ChildJvm child = program(600_000, 4, "request").start()) {
            assertThat(child.awaitExit(LONG)).hasExitCode(124);
        }
    }

    @Test
    void processWhoseHeapIsFullForAMomentReleasesItsResourcesAndNotifiesItsListeners() throws Exception {
        try (ChildJvm child = ready(program(2_000, 180))) {
            child.signal("TERM");
            assertThat(child.awaitExit())
                    .printed("filling the heap", "released")
                    .printed("filling the heap", "notified of the end")
                    .tookBetween(Duration.ofMillis(100), LONG); // the drain alone may have 120 s
        }
    }
}
