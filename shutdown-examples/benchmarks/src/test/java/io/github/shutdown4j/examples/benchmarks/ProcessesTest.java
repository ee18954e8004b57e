package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Measurements of whole processes: a response that is cut, one that is not, and a wake-up. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class ProcessesTest {

    @TempDir
    Path folder;

    @Test
    void aRequestThatIsCutIsSeen() throws Exception {
        List<String> cut = new ArrayList<>();
        for (Server server : Server.all(new Peers(folder))) {
            if (server.answers() && !server.name().endsWith("stop(2)")) {
                // Long enough for a loaded machine: TERM comes after the request and before its response.
                ProcessPart.request(server, 5_000, cut);
            }
        }
        assertThat(cut).containsExactly("JDK HttpServer, not stopped", "JDK HttpServer, stop(0)");
    }

    @Test
    void aWakeUpIsSeen() throws Exception {
        long pid = ProcessHandle.current().pid();
        Set<String> others = KernelThreads.of(pid).names();
        Thread[] sleeper = new Thread[1];
        sleeper[0] = new Thread(
                () -> {
                    for (int i = 0; i < 40; i++) { // it does not wait if it is late, on a loaded machine
                        LockSupport.parkNanos(1_000_000);
                    }
                    while (true) {
                        LockSupport.park();
                    }
                },
                "wakes up often");
        KernelThreads before = KernelThreads.of(pid);
        sleeper[0].setDaemon(true);
        sleeper[0].start();
        while (sleeper[0].getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(KernelThreads.of(pid).wakeUpsSince(before, others)).isGreaterThanOrEqualTo(20);
    }

    @Test
    void processorTimeOfAProcessIsSeenWhileItRunsAndAfterItsEnd() throws Exception {
        double endedBefore = ProcessorTime.ofEndedChildren();
        // It works, and waits then, so that its time does not depend on when it is read.
        Process child = new ProcessBuilder(
                        "sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; echo; read end")
                .start();
        try {
            assertThat(child.getInputStream().read()).isEqualTo('\n');
            double whileItRuns = ProcessorTime.ofProcess(child.pid());
            assertThat(whileItRuns).isGreaterThan(10);
            child.destroyForcibly();
            child.waitFor();
            double afterItsEnd = ProcessorTime.ofEndedChildren() - endedBefore;
            // The kernel may include the time of the JVM's helper that has started it.
            assertThat(afterItsEnd).isBetween(whileItRuns - 1, whileItRuns + 1_000);
        } finally {
            child.destroyForcibly();
        }
    }
}
