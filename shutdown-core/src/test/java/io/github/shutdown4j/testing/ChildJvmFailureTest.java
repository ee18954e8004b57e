package io.github.shutdown4j.testing;

import java.io.IOException;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Applications that misbehave: the test still gets its result, and no process is left. */
class ChildJvmFailureTest {

    static final class Problem {

        public static void main(String[] args) throws IOException, InterruptedException {
            switch (args[0]) {
                case "flood" -> flood();
                case "fork" -> fork();
                case "hang" -> hang();
                default -> System.exit(3);
            }
        }

        private static void flood() {
            for (int i = 0; i < 200_000; i++) {
                System.out.println("line " + i);
            }
            System.out.println("the end");
        }

        /** The process that is started writes to the same pipe. */
        private static void fork() throws IOException {
            Process other = new ProcessBuilder("sleep", "600").inheritIO().start();
            System.out.println("started " + other.pid());
            var unused = System.in.read(); // not over before the test has seen the process
        }

        private static void hang() throws InterruptedException {
            System.out.println("hanging");
            Thread.sleep(600_000);
        }
    }

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private ChildJvm start(String problem) {
        return jvms.main(Problem.class).quick().args(problem).start();
    }

    @Test
    void floodIsReadAndShownInPart() {
        ChildJvm child = start("flood");
        child.awaitLine("the end");
        ChildExit exit = child.awaitExit();
        assertThat(exit.lines()).hasSize(200_001);
        assertThatThrownBy(() -> ExitAssert.assertThat(exit).hasExitCode(1))
                .hasMessageContaining("(199501 lines, and then)")
                .hasMessageEndingWith("out the end")
                .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(20_000));
    }

    @Test
    void processThatIsLeftBehindDelaysNothingAndIsKilled() {
        ChildJvm child = start("fork");
        String line = child.awaitLine("started ").text();
        ProcessHandle left = ProcessHandle.of(Long.parseLong(line.substring("started ".length())))
                .orElseThrow();
        child.type("end");
        long from = System.nanoTime();
        ExitAssert.assertThat(child.awaitExit()).hasExitCode(0).printed("started");
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(ofSeconds(60));
        assertThat(left.isAlive()).isTrue();
        child.close();
        Awaitility.await().until(() -> !left.isAlive());
    }

    @Test
    void hangShowsItsStacks() {
        ChildJvm child = start("hang");
        child.awaitLine("hanging");
        assertThatThrownBy(() -> child.awaitExit(ofMillis(100)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still running after 100 ms")
                .hasMessageContaining(Problem.class.getName() + ".hang(");
        assertThat(child.isAlive()).isTrue();
    }

    @Test
    void signalAfterTheEndIsAFailureThatNamesTheEnd() {
        ChildJvm child = start("exit");
        child.awaitExit();
        assertThatThrownBy(() -> child.signal("TERM"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected it to run, so that it can be sent SIGTERM")
                .hasMessageContaining("ended with 3");
        assertThatThrownBy(() -> child.type("hello"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cannot type \"hello\"")
                .hasMessageContaining("ended with 3");
    }

    @Test
    void jvmThatDoesNotStartTellsWhy() {
        ChildJvm child = jvms.main(Problem.class).jvm("-XX:NoSuchOption").start();
        assertThatThrownBy(() -> child.awaitLine("ready"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("before the end")
                .hasMessageContaining("NoSuchOption");
    }
}
