package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.Scanner;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChildJvmTest {

    /** Repeats what is typed; a hook prints "hook". */
    static final class Echo {
        public static void main(String[] args) throws InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
            System.err.println("ready " + String.join(" ", args) + System.getProperty("p") + System.getenv("E"));
            try (Scanner in = new Scanner(System.in)) {
                while (in.hasNextLine()) {
                    String line = in.nextLine();
                    System.out.println("echo " + line);
                    if (line.equals("end")) {
                        Thread.sleep(200);
                        System.exit(7);
                    }
                }
            }
        }
    }

    @Test
    void runsSpeaksAndIsTimed() {
        try (ChildJvm child = ChildJvm.of(Echo.class)
                .args("a", "b")
                .property("p", "P")
                .env("E", "V")
                .start()) {
            assertThat(child.awaitLine("ready").error()).isTrue();
            assertThat(child.err()).containsExactly("ready a bPV");
            child.type("end");
            child.awaitLine("echo end");
            child.assertExit(7).within(Duration.ofMillis(200), Duration.ofMinutes(1));
            assertThat(child.out()).containsExactly("echo end", "hook");
        }
    }

    @Test
    void signalsComeWithTheirDefaultMeaning() {
        try (ChildJvm child = ChildJvm.of(Echo.class).start()) {
            child.awaitLine("ready");
            child.signal("STOP", "INT");
            assertThat(child.lines()).hasSize(1);
            child.signal("CONT");
            child.assertExit(130).within(Duration.ZERO, Duration.ofMinutes(1));
            assertThat(child.out()).containsExactly("hook");
        }
    }

    @Test
    void ignoredSignalIsIgnored() {
        try (ChildJvm child = ChildJvm.of(Echo.class).ignoring("INT").start()) {
            child.awaitLine("ready");
            child.signal("INT");
            child.type("still here");
            child.awaitLine("echo still here");
        }
    }

    @Test
    void failureShowsTheOutputSoFar() {
        try (ChildJvm child = ChildJvm.of(Echo.class).args("x").start()) {
            child.awaitLine("ready");
            assertThatThrownBy(() -> child.awaitLine("never", Duration.ofMillis(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("\"never\"")
                    .hasMessageContaining("err ready x");
            assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(20))).hasMessageContaining("err ready x");
            child.signal("KILL");
            assertThatThrownBy(() -> child.awaitLine("never")).hasMessageContaining("before the end");
            assertThatThrownBy(() -> child.assertExit(0)).hasMessageContaining("was 137");
        }
    }

    @Test
    void closeKills() {
        ChildJvm child = ChildJvm.of(Echo.class).start();
        child.awaitLine("ready");
        child.close();
        assertThat(child.isAlive()).isFalse();
    }
}
