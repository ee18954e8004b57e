package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.internal.ExitDetector;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static org.assertj.core.api.Assertions.assertThat;

/** Cases that need a separate process. */
@Timeout(180)
class ResourceProcessTest {

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    @Test
    void resourceThatCallsExitWhileTheJvmStillRunsIsAbandonedAtOnce() throws Exception {
        abandonsWhatCallsExit("running", 3);
    }

    @Test
    void resourceThatCallsExitWhileTheJvmExitsIsAbandonedAtOnce() throws Exception {
        abandonsWhatCallsExit("exiting", 7);
    }

    private void abandonsWhatCallsExit(String when, int code) {
        ChildJvm child = jvms.main(ExitChild.class).quick().args(when).start();
        child.assertExit(code).within(Duration.ZERO, Duration.ofSeconds(60)); // the limit of the resource is 120 s
        assertThat(child.out()).containsExactly("FAILED a", "DONE b", "over", "System.exit is in the stack: true");
    }

    @Test
    void runtimeWithoutSqlAndHttpServerIsEnough() throws Exception {
        ChildJvm child = jvms.main(StrippedChild.class)
                .quick()
                .jvm("--limit-modules", "java.base")
                .start();
        child.assertExit(0).within(Duration.ZERO, Duration.ofSeconds(60));
        assertThat(child.out()).containsExactly("no java.sql, no jdk.httpserver", "DONE pool", "DONE file");
    }

    /** A resource calls System.exit; its limit is longer than the test waits. */
    static final class ExitChild {
        public static void main(String[] args) throws Exception {
            boolean running = args[0].equals("running");
            ResourceManager resources = ResourceManager.withTimeout(Duration.ofMinutes(2));
            resources.register(Resource.of("a", 1, () -> System.exit(3)));
            resources.register(Resource.of("b", 2, () -> {}));
            Thread release = new Thread(() -> release(resources));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                resources.jvmExiting();
                if (!running) {
                    release.start();
                }
                join(release);
            }));
            if (running) {
                release.start();
                join(release);
            } else {
                System.exit(7);
            }
        }

        private static void release(ResourceManager resources) {
            try {
                List<StepResult> steps = resources.release(
                        Duration.ofMinutes(5), step -> System.out.println(step.outcome() + " " + step.name()));
                System.out.println("over");
                StackTraceElement[] stack = steps.get(0).failure().orElseThrow().getStackTrace();
                System.out.println("System.exit is in the stack: " + ExitDetector.isInside(stack));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static void join(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Runs without the modules java.sql and jdk.httpserver. */
    static final class StrippedChild {
        public static void main(String[] args) throws Exception {
            ModuleLayer modules = ModuleLayer.boot();
            if (modules.findModule("java.sql").isEmpty()
                    && modules.findModule("jdk.httpserver").isEmpty()) {
                System.out.println("no java.sql, no jdk.httpserver");
            }
            ResourceManager resources = ResourceManager.create();
            resources.register(Resources.executor("pool", Executors.newSingleThreadExecutor()));
            resources.register(
                    Resources.file("file", new java.io.ByteArrayOutputStream()).withAfter("pool"));
            resources
                    .release(Duration.ofMinutes(1))
                    .forEach(step -> System.out.println(step.outcome() + " " + step.name()
                            + step.failure().map(f -> " " + f).orElse("")));
        }
    }
}
