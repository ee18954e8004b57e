package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;

/**
 * Examines the files of a checkpoint without ever changing a good one, and gives damaged ones another name. A file is
 * damaged if its content is wrong; one that cannot be read at all is not judged.
 */
final class CheckpointReader {

    private final ComponentLogger log;
    private final CheckpointPaths files;
    private final CheckpointFileSystem disk;
    private final Clock clock;
    private final int schema;
    private final int maxBytes;

    CheckpointReader(CheckpointPaths files, CheckpointSettings<?> settings) {
        this.log = settings.log();
        this.files = files;
        this.disk = settings.disk();
        this.clock = settings.clock();
        this.schema = settings.schema();
        this.maxBytes = settings.maxBytes();
    }

    /** What can be said of a file. */
    sealed interface Finding {
        /** There is none. */
        record Absent() implements Finding {}

        /** Its content is whole, as far as the checksum tells. */
        record Whole(CheckpointEnvelope.Parsed parsed) implements Finding {}

        /**
         * Its content is wrong.
         *
         * @param envelope what it says of itself, if that much could be read
         */
        record Damaged(String why, @Nullable CheckpointEnvelope envelope) implements Finding {}

        /** It was written by a newer version, of the application or of this library. */
        record Newer(String why) implements Finding {}
    }

    /**
     * Looks and touches nothing.
     *
     * @throws IOException if the file cannot be read, which says nothing about its content
     */
    Finding examine(Path file) throws IOException {
        CheckpointFileSystem.Entry entry = disk.look(file);
        if (entry == null) {
            return new Finding.Absent();
        }
        if (!entry.regular()) {
            throw new IOException(file + " is not a regular file");
        }
        if (entry.size() > maxBytes) {
            return new Finding.Damaged("it has " + entry.size() + " bytes, more than the limit of " + maxBytes, null);
        }
        byte[] bytes = disk.read(file, maxBytes);
        CheckpointEnvelope.Parsed parsed;
        try {
            parsed = CheckpointEnvelope.parse(bytes);
        } catch (CheckpointEnvelope.NewerFormatException e) {
            return new Finding.Newer(firstLine(e));
        } catch (IOException e) {
            return new Finding.Damaged(firstLine(e), null);
        }
        if (!parsed.isIntact()) {
            return new Finding.Damaged(
                    "the checksum does not match the state (edited by hand? then remove the line \"crc32c\")",
                    parsed.envelope());
        }
        if (parsed.envelope().schema() > schema) {
            return new Finding.Newer("its schema version is "
                    + parsed.envelope().schema() + ", this version of the application knows up to " + schema);
        }
        return new Finding.Whole(parsed);
    }

    /** Renames a damaged file, so that nobody overwrites it; it is never deleted. Returns its new name. */
    Path keepAside(Path file) throws IOException {
        Path kept = null;
        for (int number = 1; kept == null || disk.look(kept) != null; number++) {
            kept = files.damaged(clock.instant(), number);
        }
        disk.move(file, kept);
        try {
            disk.forceFolder(files.folder());
        } catch (IOException e) {
            log.warn("cannot force the folder after keeping {}", kept, e);
        }
        return kept;
    }

    /** Removes what writers that died have left. Only the owner of the lock may do so. */
    void sweep() throws IOException {
        for (String name : matching(files.temporaries())) {
            disk.delete(files.target().resolveSibling(name));
        }
    }

    private List<String> matching(Pattern pattern) throws IOException {
        List<String> names = new ArrayList<>(disk.list(files.folder()));
        names.removeIf(name -> !pattern.matcher(name).matches());
        names.sort(null);
        return names;
    }

    /** Jackson's messages go on about their own sources in further lines. */
    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
