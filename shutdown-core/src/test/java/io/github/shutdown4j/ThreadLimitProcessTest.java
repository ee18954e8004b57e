package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.ChildJvm;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A process that has as many threads as its cgroup allows, like a service at its TasksMax or a pod at its limit. */
class ThreadLimitProcessTest extends CoordinatorProcess {

    private Path group;

    @BeforeEach
    void makeGroup() throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        Path parent = Files.isDirectory(root.resolve("pids")) ? root.resolve("pids") : root;
        group = parent.resolve("shutdown4j-" + ProcessHandle.current().pid());
        try {
            Files.createDirectory(group);
            Files.writeString(group.resolve("pids.max"), "1");
        } catch (IOException e) {
            assumeTrue(false, "needs a cgroup of its own with the controller pids: " + e);
        }
    }

    @AfterEach
    void removeGroup() throws IOException {
        Files.deleteIfExists(group);
    }

    /** Requests the shutdown itself: for a signal the JVM would need a thread. */
    static final class Program {

        public static void main(String[] args) throws Exception {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .services(ServiceGroup.builder()
                            .add("one", Service.of(() -> {}, () -> System.out.println("one is stopped")))
                            .add("two", Service.of(() -> {}, () -> System.out.println("two is stopped")))
                            .build())
                    .resource(Resource.of("first", 1, () -> System.out.println("first is released")))
                    .resource(Resource.of("second", 2, () -> System.out.println("second is released")))
                    .build();
            EventQueue<String> events =
                    EventQueue.<String>builder("events", Program::write).build();
            coordinator.resources().register(events);
            coordinator.start();
            System.out.println("ready");
            int unused = System.in.read();
            events.offer("an event");
            coordinator.shutdown("a process without threads");
            coordinator.await();
        }

        private static void write(List<String> batch) {
            batch.forEach(event -> System.out.println(event + " is written"));
        }
    }

    @Test
    void withoutAnyThreadServicesAreStoppedAndResourcesReleasedOnTheOneThatWaits() throws Exception {
        try (ChildJvm child = ready(
                jvms.main(Program.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            // Moved with all its threads, whose number is above the limit, so that it can create no other if some end.
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(child.pid()));
            child.type("go");
            assertThat(child.awaitExit())
                    .hasExitCode(0)
                    .printed("an event is written", "first is released", "second is released")
                    .printed("one is stopped", "first is released")
                    .printed("two is stopped", "first is released")
                    .printed("cannot create a thread, releasing on the calling one");
        }
    }
}
