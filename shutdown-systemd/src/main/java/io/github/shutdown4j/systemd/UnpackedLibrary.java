package io.github.shutdown4j.systemd;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The native library of JNA, unpacked from its jar to a directory that JNA searches first, until it is loaded.
 *
 * <p>JNA itself would unpack it to a temporary file, for whose name the JDK initializes {@code SecureRandom} and its
 * providers: 10 to 20 ms of processor time that nothing else needs during a start. The directory is where JNA would put its
 * file, accessible to this user only. If it cannot be created, or the library cannot be loaded from it, JNA unpacks it as
 * usual and reports its own error. JNA's properties that select another library are respected.
 */
final class UnpackedLibrary {

    private static final String SEARCHED_FIRST = "jna.boot.library.path";
    private static final List<String> OTHER_LIBRARY = List.of(
            SEARCHED_FIRST,
            "jna.boot.library.name",
            "jna.nounpack",
            "jna.noclasspath",
            "jna.nosys",
            "jnidispatch.preserve",
            "jna.loaded");

    private static final String NAME = System.mapLibraryName("jnidispatch");

    private final Path directory;

    private UnpackedLibrary(Path directory) {
        this.directory = directory;
    }

    /**
     * Unpacks the library; null if that is impossible or not wanted.
     *
     * @param jna a class of the jar
     * @param platform the name of this platform in the jar, such as {@code linux-x86-64}
     */
    static @Nullable UnpackedLibrary unpack(Class<?> jna, String platform) {
        for (String property : OTHER_LIBRARY) {
            if (System.getProperty(property) != null) {
                return null;
            }
        }
        try (InputStream library = jna.getResourceAsStream("/com/sun/jna/" + platform + "/" + NAME)) {
            if (library == null) {
                return null;
            }
            Path directory = Files.createDirectory(
                    parent().resolve("shutdown4j-" + Long.toHexString(System.nanoTime())),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            UnpackedLibrary unpacked = new UnpackedLibrary(directory);
            // Files.copy would load the native code of file channels.
            try (OutputStream file =
                    new FileOutputStream(directory.resolve(NAME).toFile())) {
                library.transferTo(file);
                System.setProperty(SEARCHED_FIRST, directory.toString());
                return unpacked;
            } catch (IOException e) {
                unpacked.delete();
                return null;
            }
        } catch (IOException | RuntimeException e) { // no home, a file system without permissions, a full disk
            return null;
        }
    }

    /** Where JNA puts its temporary files. */
    private static Path parent() throws IOException {
        String configured = System.getProperty("jna.tmpdir");
        if (configured != null) {
            return Files.createDirectories(Path.of(configured));
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path parent = cache == null || cache.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "JNA", "temp")
                : Path.of(cache, "JNA", "temp");
        try {
            Files.createDirectories(parent);
        } catch (IOException e) {
            // like JNA, use the next directory
        }
        return Files.isWritable(parent) ? parent : Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** Deletes the files; a loaded library stays loaded. */
    void delete() {
        System.clearProperty(SEARCHED_FIRST);
        try {
            Files.deleteIfExists(directory.resolve(NAME));
            Files.delete(directory);
        } catch (IOException e) {
            // remains in a temporary directory; the next start does not need it
        }
    }
}
