package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.sun.jna.Memory;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.systemd.SystemdNotifier;

/**
 * Uses {@value #MEGABYTES} MB once: when the file {@value #GO} appears, which it deletes, or at the beginning of its stop,
 * which takes two seconds. Arguments: the directory of its files; "child" or "main" for the process that uses them; "running"
 * or "stopping".
 */
public final class MemoryService {

    static final String GO = "go";

    /** More than the units may have. */
    static final int MEGABYTES = 400;

    private MemoryService() {}

    public static void main(String[] args) throws Exception {
        Path files = Path.of(args[0]);
        CheckpointStore<Long> store = CheckpointStore.json(files.resolve("state"), Long.class);
        long runs = store.load().orElse(0L) + 1;
        boolean whileStopping = args[2].equals("stopping");
        ShutdownCoordinator.builder()
                .listener(SystemdListener.fromEnvironment())
                .checkpoint(Checkpoint.of(store, () -> runs))
                .services(ServiceGroup.builder()
                        .add("work", context -> {
                            context.ready();
                            while (!context.awaitStop(Duration.ofMillis(50))) {
                                if (!whileStopping && Files.deleteIfExists(files.resolve(GO))) {
                                    use(args[1]);
                                }
                            }
                            if (whileStopping) {
                                use(args[1]);
                            }
                            Thread.sleep(2_000);
                        })
                        .build())
                .build()
                .run();
    }

    private static void use(String process) throws IOException, InterruptedException {
        if (process.equals("child")) {
            useInChild();
        } else {
            try (Memory memory = new Memory(MEGABYTES * 1024L * 1024)) {
                memory.clear();
            }
        }
    }

    /** Whatever the sizes, the kernel kills the child before this process. */
    private static void useInChild() throws IOException, InterruptedException {
        String command =
                "echo 1000 >/proc/self/oom_score_adj; exec dd if=/dev/zero of=/dev/null bs=" + MEGABYTES + "M count=1";
        Process child = SystemdNotifier.hideFrom(new ProcessBuilder("sh", "-c", command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        System.out.println("the child has ended with " + child.waitFor());
    }
}
