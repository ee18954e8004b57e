package io.github.shutdown4j.testing;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Libraries of a test's class path, packed as jars, for processes whose jars are replaced while they run. */
public final class ReplaceableJars {

    private record Library(Class<?> type, Path location, Path jar) {

        /** Whether the line of a class-load log reports a class of this library that could not be loaded. */
        boolean isMissedIn(String line) {
            String name = type.getPackageName();
            return (line.contains("NoClassDefFoundError") || line.contains("ClassNotFoundException"))
                    && (line.contains(name + ".") || line.contains(name.replace('.', '/') + "/"));
        }
    }

    private final List<Library> libraries;

    private ReplaceableJars(List<Library> libraries) {
        this.libraries = libraries;
    }

    /**
     * Packs libraries into a directory.
     *
     * @param types one type of each library
     */
    public static ReplaceableJars pack(Path directory, Class<?>... types) throws Exception {
        List<Library> libraries = new ArrayList<>();
        for (Class<?> type : types) {
            Path location = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path jar = directory.resolve(type.getSimpleName() + ".jar");
            if (Files.isDirectory(location)) {
                ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
                assertThat(tool.run(System.out, System.err, "cf", jar.toString(), "-C", location.toString(), "."))
                        .isZero();
            } else {
                Files.copy(location, jar);
            }
            libraries.add(new Library(type, location, jar));
        }
        return new ReplaceableJars(List.copyOf(libraries));
    }

    /** Copies the jars into the directory of one process. */
    public Copy copyTo(Path directory) throws IOException {
        for (Library library : libraries) {
            Files.copy(library.jar, directory.resolve(library.jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        return new Copy(directory);
    }

    /** The jars of one process. */
    public final class Copy {

        private final Path directory;

        private Copy(Path directory) {
            this.directory = directory;
        }

        private Path jarOf(Library library) {
            return directory.resolve(library.jar.getFileName());
        }

        /** The class path of the test, with the jars instead of the libraries. */
        public String classPath() {
            List<String> entries = new ArrayList<>(
                    List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
            for (Library library : libraries) {
                int at = entries.indexOf(library.location.toString());
                assertThat(at).as("%s in %s", library.location, entries).isNotNegative();
                entries.set(at, jarOf(library).toString());
            }
            return entries.stream().collect(Collectors.joining(File.pathSeparator));
        }

        /** Empties the jars, like the first step of a copy onto them. */
        public void truncate() throws IOException {
            for (Library library : libraries) {
                try (RandomAccessFile file = new RandomAccessFile(jarOf(library).toFile(), "rw")) {
                    file.setLength(0);
                }
            }
        }

        /** The classes of the jars that the process has loaded after the mark, and those that it could not load. */
        public List<String> lateClasses(ClassLoadLog log) throws IOException {
            for (Library library : libraries) {
                assertThat(log.linesBeforeMark()).anyMatch(line -> isLoaded(library, line));
            }
            return log.linesAfterMark().stream()
                    .filter(line ->
                            libraries.stream().anyMatch(library -> isLoaded(library, line) || library.isMissedIn(line)))
                    .toList();
        }

        private boolean isLoaded(Library library, String line) {
            return line.contains(jarOf(library).toString());
        }
    }
}
