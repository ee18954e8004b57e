package io.github.shutdown4j;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

import static org.assertj.core.api.Assertions.assertThat;

/** Common parts of the process tests of a coordinator: starts {@link CoordinatorProgram} and reads its output. */
abstract class CoordinatorProcess {

    static final List<String> PHASES =
            Arrays.stream(ShutdownPhase.values()).map(phase -> "phase " + phase).toList();

    /** Only a wait for the end of the limits takes longer: a minute, unless a test says otherwise. */
    static final Duration IN_TIME = Duration.ofSeconds(40);

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    ChildJvmLauncher program(String... args) {
        ChildJvmLauncher program =
                jvms.main(CoordinatorProgram.class).quick().args(args).logs();
        return CoordinatorClasses.mappedBy(program);
    }

    ChildJvm start(String... args) {
        return ready(program(args));
    }

    static ChildJvm ready(ChildJvmLauncher launcher) {
        ChildJvm child = launcher.start();
        child.awaitLine("ready");
        return child;
    }

    static List<String> phases(ChildJvm child) {
        return child.out().stream().filter(line -> line.startsWith("phase ")).toList();
    }

    static String log(ChildJvm child) {
        return String.join("\n", child.err());
    }

    /** The process has half a second to log what hangs; inside {@link Attempts#upToThree}. */
    static void assertLogsBeforeTheHalt(ChildJvm child, String... parts) throws Exception {
        Attempts.inTime(() -> assertThat(log(child)).contains(parts));
    }
}
