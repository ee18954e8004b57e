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
 * The names that belong to one checkpoint, all in the directory of the file itself: {@code state.json},
 * {@code state.json.prev}, {@code state.json.lock}, and for a moment or after an accident
 * {@code state.json.tmp-…} and {@code state.json.damaged-…}.
 *
 * @param target the checkpoint; no symbolic link, in a directory that was one when the store was opened
 */
record CheckpointPaths(Path target) {

    private static final int MAX_LINKS = 40;
    private static final String STAMP = "uuuuMMdd'T'HHmmssSSS'Z'";

    /** Follows symbolic links, also a dangling one, to the file that is to be replaced. */
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

    /** The generation {@code age} saves before the current one, from 1. */
    Path previous(int age) {
        return sibling(age == 1 ? ".prev" : ".prev" + age);
    }

    /** A new name for a file that nobody has seen yet. */
    Path temporary() {
        return sibling(
                ".tmp-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    /** The new name of the current file, before it becomes the previous one. */
    Path temporaryLink() {
        return sibling(".tmp-0000000000000000");
    }

    Pattern temporaries() {
        return Pattern.compile(Pattern.quote(name()) + "\\.tmp-[0-9a-f]{16}");
    }

    Pattern quarantined() {
        return Pattern.compile(Pattern.quote(name()) + "\\.damaged-\\d{8}T\\d{9}Z(-\\d+)?");
    }

    /** Where a damaged file found now is quarantined; sorts by time. */
    Path damaged(Instant now, int number) {
        return sibling(".damaged-"
                + DateTimeFormatter.ofPattern(STAMP).withZone(ZoneOffset.UTC).format(now)
                + (number == 1 ? "" : "-" + number));
    }

    private Path sibling(String suffix) {
        return target.resolveSibling(name() + suffix);
    }
}
