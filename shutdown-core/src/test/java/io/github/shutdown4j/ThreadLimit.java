package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.testing.ChildJvm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Keeps a process from creating further threads: by a cgroup with the controller pids, version 1 or 2, or without the right
 * to make one by {@code RLIMIT_NPROC}, which does not concern root.
 */
final class ThreadLimit implements AutoCloseable {

    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    private final @Nullable Path group;

    private ThreadLimit(@Nullable Path group) {
        this.group = group;
    }

    /** Skips the test if this machine has neither. */
    static ThreadLimit open() throws IOException, InterruptedException {
        String failures = "";
        for (Path parent : parents()) {
            Path group = parent.resolve("shutdown4j-" + ProcessHandle.current().pid());
            try {
                Files.createDirectory(group);
                enablePids(parent, group);
                return new ThreadLimit(group);
            } catch (IOException e) {
                failures += "; " + e;
                Files.deleteIfExists(group);
            }
        }
        boolean canUseRlimit = !System.getProperty("user.name").equals("root") && isFound("prlimit");
        assumeTrue(
                canUseRlimit,
                "needs a cgroup of its own with the controller pids, or prlimit and another user than root" + failures);
        return new ThreadLimit(null);
    }

    /** The groups of which one may contain ours: those of this process first, which a manager may have delegated. */
    private static List<Path> parents() throws IOException {
        if (Files.isDirectory(MOUNT.resolve("pids"))) {
            return List.of(MOUNT.resolve("pids"));
        }
        List<Path> parents = new ArrayList<>();
        if (!Files.exists(MOUNT.resolve("cgroup.controllers"))) {
            return parents;
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            if (line.startsWith("0::/")) {
                Path own = MOUNT.resolve(line.substring(4)).normalize();
                for (Path each = own; each != null && each.startsWith(MOUNT); each = each.getParent()) {
                    parents.add(each);
                }
            }
        }
        return parents;
    }

    /** In version 2, a group has the controllers that its parent enables. */
    private static void enablePids(Path parent, Path group) throws IOException {
        if (Files.notExists(group.resolve("pids.max"))) {
            Files.writeString(parent.resolve("cgroup.subtree_control"), "+pids");
        }
        Files.writeString(group.resolve("pids.max"), "1");
    }

    private static boolean isFound(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("/bin/sh", "-c", "command -v " + program)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Moves the process with all its threads, whose number is above the limit, so that it can create none if some end. */
    void applyTo(ChildJvm child) throws IOException {
        if (group == null) {
            child.sh("prlimit --nproc=1: --pid $pid");
            return;
        }
        try {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(child.pid()));
        } catch (IOException e) {
            assumeTrue(false, "needs the right to move a process into " + group + ": " + e);
        }
    }

    /** Lets the process create threads again. */
    void lift(ChildJvm child) throws IOException {
        if (group == null) {
            child.sh("prlimit --nproc=$(ulimit -H -u): --pid $pid");
        } else {
            Files.writeString(group.resolve("pids.max"), "max");
        }
    }

    @Override
    public void close() throws IOException {
        if (group != null) {
            Files.deleteIfExists(group);
        }
    }
}
