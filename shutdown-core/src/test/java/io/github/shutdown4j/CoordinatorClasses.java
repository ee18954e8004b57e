package io.github.shutdown4j;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ReplaceableJars;

/**
 * The classes of {@link CoordinatorProgram} in jars, with an archive of those that a start and a stop load. A process that
 * maps it needs a third less processor time, and these tests start seventy of them. It is created once for each build, by
 * one run of the program, in the target directory, for the test JVMs that run in parallel.
 */
final class CoordinatorClasses {

    private static final Path DIRECTORY =
            Path.of("target", "coordinator-classes").toAbsolutePath();
    private static final Path ARCHIVE = DIRECTORY.resolve("classes.jsa");

    /** Of which build and JVM the archive is, and the class path that it belongs to. */
    private static final Path MADE = DIRECTORY.resolve("made");

    private static final Optional<String> CLASS_PATH = make();

    private CoordinatorClasses() {}

    /** Leaves the launcher of the program as it is if the archive could not be created. */
    static ChildJvmLauncher mappedBy(ChildJvmLauncher program) {
        return CLASS_PATH
                .map(path -> program.classPath(path).jvm("-XX:SharedArchiveFile=" + ARCHIVE))
                .orElse(program);
    }

    private static Optional<String> make() {
        try {
            Files.createDirectories(DIRECTORY);
            try (FileChannel channel = FileChannel.open(
                            DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock whileOneIsMade = channel.lock()) {
                assert whileOneIsMade.isValid();
                String version = Runtime.version() + " " + newest(Path.of("target", "classes"))
                        + newest(Path.of("target", "test-classes"));
                List<String> made = Files.exists(MADE) ? Files.readAllLines(MADE) : List.of();
                if (made.isEmpty() || !made.get(0).equals(version)) {
                    made = List.of(version, pack());
                    Files.write(MADE, made);
                }
                return Files.exists(ARCHIVE) ? Optional.of(made.get(1)) : Optional.empty();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long newest(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().lastModified()).max().orElseThrow();
        }
    }

    /** Returns the class path. */
    private static String pack() throws Exception {
        Files.deleteIfExists(MADE);
        Files.deleteIfExists(ARCHIVE);
        String classPath = ReplaceableJars.pack(DIRECTORY, ShutdownCoordinator.class, CoordinatorProgram.class)
                .copyTo(Files.createDirectories(DIRECTORY.resolve("jars")))
                .classPath();
        Path training = Files.createTempDirectory(DIRECTORY, "training");
        Path part = training.resolve("classes.jsa");
        try (ChildJvm child = ChildJvm.of(CoordinatorProgram.class)
                .classPath(classPath)
                .jvm("-XX:ArchiveClassesAtExit=" + part)
                .property(ReportFile.PROPERTY, training.resolve("report.json").toString())
                .args("state", training.resolve("state.json").toString(), "in-flight", "400")
                .logs()
                .start()) {
            child.awaitLine("ready");
            child.signal("TERM");
            child.awaitExit();
        } catch (AssertionError e) {
            System.err.println("no archive of classes: " + e.getMessage()); // the tests say more if it is not the JVM
        }
        if (Files.exists(part)) {
            Files.move(part, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
        }
        return classPath;
    }
}
