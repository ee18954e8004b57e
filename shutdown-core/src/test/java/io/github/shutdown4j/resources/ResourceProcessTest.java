package io.github.shutdown4j.resources;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.internal.ExitDetector;
import io.github.shutdown4j.report.StepResult;

import static org.assertj.core.api.Assertions.assertThat;

/** Cases that need a separate process. */
@Timeout(60)
class ResourceProcessTest {

    @Test
    void resourceThatCallsExitWhileTheJvmStillRunsIsGivenUpAtOnce() throws Exception {
        Child child = Child.run(ExitChild.class, List.of(), "running");

        assertThat(child.lines).containsExactly("FAILED a", "DONE b", "over", "System.exit is in the stack: true");
        assertThat(child.code).isEqualTo(3);
        assertThat(child.took).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void resourceThatCallsExitWhileTheJvmExitsIsGivenUpAtOnce() throws Exception {
        Child child = Child.run(ExitChild.class, List.of(), "exiting");

        assertThat(child.lines).containsExactly("FAILED a", "DONE b", "over", "System.exit is in the stack: true");
        assertThat(child.code).isEqualTo(7);
        assertThat(child.took).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void runtimeWithoutSqlAndHttpServerIsEnough() throws Exception {
        Child child = Child.run(StrippedChild.class, List.of("--limit-modules", "java.base"));

        assertThat(child.lines).containsExactly("no java.sql, no jdk.httpserver", "DONE pool", "DONE file");
        assertThat(child.code).isZero();
    }

    /** A resource calls System.exit; its limit is longer than the test waits. */
    static final class ExitChild {
        public static void main(String[] args) throws Exception {
            boolean running = args[0].equals("running");
            ResourceManager resources = ResourceManager.withTimeout(Duration.ofSeconds(30));
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
                        Duration.ofMinutes(1), step -> System.out.println(step.outcome() + " " + step.name()));
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

    /** Runs where neither javax.sql nor jdk.httpserver exist. */
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
                    .release(Duration.ofSeconds(10))
                    .forEach(step -> System.out.println(step.outcome() + " " + step.name()
                            + step.failure().map(f -> " " + f).orElse("")));
        }
    }

    private record Child(List<String> lines, int code, Duration took) {

        static Child run(Class<?> main, List<String> options, String... args) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
            command.add(main.getName());
            command.addAll(List.of(args));
            long begin = System.nanoTime();
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return new Child(lines, process.exitValue(), Duration.ofNanos(System.nanoTime() - begin));
        }
    }
}
