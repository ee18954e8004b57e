package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * The files of one checkpoint, all in its directory: {@code state.json}, {@code state.json.prev}, {@code state.json.lock},
 * temporarily {@code state.json.tmp-…}, and after damage {@code state.json.damaged-…}.
 *
 * @param target the checkpoint; not a symbolic link
 */
record CheckpointPaths(Path target) {

    private static final int MAX_LINKS = 40;
    private static final String STAMP = "uuuuMMdd'T'HHmmssSSS'Z'";
    private static final String FORM_OF_STAMP = "00000000T000000000Z";
    private static final int RANDOM_DIGITS = 16;

    /** Follows symbolic links, also dangling ones, to the file that a save replaces. */
    static CheckpointPaths resolve(Path file) throws IOException {
        Path path = file.toAbsolutePath();
        for (int i = 0; Files.isSymbolicLink(path); i++) {
            if (i == MAX_LINKS) {
                throw new FileSystemException(file.toString(), null, "more than " + MAX_LINKS + " symbolic links");
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

    /** Returns the first of the generations that is something else than a file, and of no use; null if there is none. */
    @Nullable
    Path irregular(CheckpointFileSystem disk, int previousGenerations) throws IOException {
        for (int age = 0; age <= previousGenerations; age++) {
            Path file = age == 0 ? target : previous(age);
            CheckpointFileSystem.Entry entry = disk.stat(file);
            if (entry != null && !entry.regular()) {
                return file;
            }
        }
        return null;
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

    /** Whether a file of this directory is one of {@link #temporary} or {@link #temporaryLink}. */
    boolean isTemporary(String file) {
        int digits = lengthOfPrefix(file, ".tmp-");
        return digits >= 0 && file.length() == digits + RANDOM_DIGITS && isHexadecimal(file, digits);
    }

    /** Whether a file of this directory is one of {@link #damaged}. */
    boolean isQuarantined(String file) {
        int stamp = lengthOfPrefix(file, ".damaged-");
        if (stamp < 0 || !Timestamps.hasForm(file, stamp, FORM_OF_STAMP)) {
            return false;
        }
        int number = stamp + FORM_OF_STAMP.length();
        return file.length() == number
                || (file.charAt(number) == '-' && file.length() > number + 1 && isDecimal(file, number + 1));
    }

    /** Returns the length of the name and the suffix; -1 if the file does not begin with them. */
    private int lengthOfPrefix(String file, String suffix) {
        String name = name();
        return file.startsWith(name) && file.startsWith(suffix, name.length()) ? name.length() + suffix.length() : -1;
    }

    private static boolean isDecimal(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!Timestamps.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHexadecimal(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Timestamps.isDigit(c) && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
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
