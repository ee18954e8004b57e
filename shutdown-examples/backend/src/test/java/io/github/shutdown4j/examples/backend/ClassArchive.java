package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An archive of the classes that a start, some requests and a stop of the packaged jar load. A process that maps it
 * needs about half of the processor time until it is ready. It is created once for each jar and JVM, by one run, in the
 * target directory, for the test JVMs that run in parallel.
 */
public final class ClassArchive {

    private static final List<String> OPTIONS = find();

    private ClassArchive() {}

    /** The options for the JVM that runs the packaged jar; none if the archive could not be created. */
    public static List<String> options() {
        return OPTIONS;
    }

    private static List<String> find() {
        Path jar = Path.of(System.getProperty("example.jar"));
        Path target = jar.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(
                        target.resolve("classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock whileOneIsMade = channel.lock()) {
            assert whileOneIsMade.isValid();
            String made =
                    Runtime.version() + "-" + Files.getLastModifiedTime(jar).toMillis();
            Path archive = target.resolve("classes-" + made.replaceAll("[^0-9A-Za-z.-]", "_") + ".jsa");
            if (!Files.exists(archive)) {
                deleteOthers(target);
                Path part = target.resolve("classes.part");
                run(target, "-XX:ArchiveClassesAtExit=" + part);
                if (!Files.exists(part)) {
                    return List.of();
                }
                Files.move(part, archive, StandardCopyOption.ATOMIC_MOVE);
            }
            return List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void deleteOthers(Path target) throws IOException {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(target, "classes-*.jsa")) {
            for (Path archive : archives) {
                Files.delete(archive);
            }
        }
    }

    private static void run(Path target, String option) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(target, "class-archive");
        try (BackendProcess backend = BackendProcess.withOptions(
                        List.of(option), directory, BackendProcess.testServers())
                .awaitReady()) {
            for (String path : List.of("/projects", "/stats", "/metrics", "/health/ready", "/openapi.json")) {
                backend.get(path);
            }
            backend.post("/projects", "{\"name\":\"archive\"}");
            backend.post("/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1}}");
            backend.signal("TERM");
            backend.awaitExit(0);
        }
    }
}
