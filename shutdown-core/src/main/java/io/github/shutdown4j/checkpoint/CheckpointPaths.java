package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The files of one checkpoint, all in its directory: {@code state.json}, {@code state.json.prev}, {@code state.json.lock},
 * temporarily {@code state.json.tmp-…}, and after damage {@code state.json.damaged-…}.
 *
 * @param target the checkpoint; not a symbolic link
 */
record CheckpointPaths(Path target) {

    private static final int MAX_LINKS = 40;
    private static final String STAMP = "uuuuMMdd'T'HHmmssSSS'Z'";

    /** Follows symbolic links, also dangling ones, to the file that a save replaces. */
    static CheckpointPaths resolve(Path file) throws IOException {
        Path path = file.toAbsolutePath();
        for (int i = 0; Files.isSymbolicLink(path); i++) {
            if (i == MAX_LINKS) {
                throw new FileSystemLoopException(file.toString());
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        Path directory = path.getParent();
        Path name = path.getFileName();
        if (directory == null || name == null) {
            throw new FileSystemException(file.toString(), null, "names a directory, not a file");
        }
        return new CheckpointPaths(directory.toRealPath().resolve(name));
    }

    Path directory() {
        return target.resolveSibling("");
    }

    String name() {
        return String.valueOf(target.getFileName());
    }

    Path lock() {
        return sibling(".lock");
    }

    /** Returns the previous generation of this age; 1 is the newest one. */
    Path previous(int age) {
        return sibling(age == 1 ? ".prev" : ".prev" + age);
    }

    /** Returns a unique name for a new file. */
    Path temporary() {
        return sibling(
                ".tmp-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    /** Returns the name of the link to the current file before it becomes the previous one. */
    Path temporaryLink() {
        return sibling(".tmp-0000000000000000");
    }

    Pattern temporaries() {
        return Pattern.compile(Pattern.quote(name()) + "\\.tmp-[0-9a-f]{16}");
    }

    Pattern quarantined() {
        return Pattern.compile(Pattern.quote(name()) + "\\.damaged-\\d{8}T\\d{9}Z(-\\d+)?");
    }

    /** Returns the new name of a damaged file; the names sort by time. */
    Path damaged(Instant now, int number) {
        return sibling(".damaged-"
                + DateTimeFormatter.ofPattern(STAMP).withZone(ZoneOffset.UTC).format(now)
                + (number == 1 ? "" : "-" + number));
    }

    private Path sibling(String suffix) {
        return target.resolveSibling(name() + suffix);
    }
}
