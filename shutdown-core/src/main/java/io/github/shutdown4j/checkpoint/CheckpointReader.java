package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.Ticker;

/**
 * Reads the files of a checkpoint without changing intact ones, and renames damaged ones. A file is damaged if its content is
 * invalid; a file that cannot be read does not count as damaged.
 */
final class CheckpointReader {

    static final String WRONG_CHECKSUM =
            "the checksum does not match the state (edited by hand? then remove the line \"crc32c\")";

    private final ComponentLogger log;
    private final CheckpointPaths files;
    private final CheckpointFileSystem disk;
    private final Ticker ticker;
    private final int schema;
    private final int maxBytes;
    private final boolean ownCodec;

    CheckpointReader(CheckpointPaths files, CheckpointSettings<?> settings) {
        this.log = settings.log();
        this.files = files;
        this.disk = settings.disk();
        this.ticker = settings.ticker();
        this.schema = settings.schema();
        this.maxBytes = settings.maxBytes();
        this.ownCodec = settings.codec() instanceof JsonCodec;
    }

    /** The result of reading a file. */
    sealed interface ReadResult {
        /** The file does not exist. */
        record Absent() implements ReadResult {}

        /**
         * The checksum is correct or was removed, or is not verified yet.
         *
         * @param verified false if the checksum has to be verified while the state is decoded
         */
        record Valid(CheckpointEnvelope.Parsed parsed, boolean verified) implements ReadResult {}

        /**
         * The content is invalid.
         *
         * @param envelope its metadata; null if unreadable
         */
        record Damaged(String why, @Nullable CheckpointEnvelope envelope) implements ReadResult {}

        /** The content is valid, but exceeds the maximum size of this store. */
        record TooLarge(String why, CheckpointEnvelope envelope) implements ReadResult {}

        /** The file was written by a newer version of the application or of this library. */
        record Newer(String why) implements ReadResult {}
    }

    /**
     * Reads the file without changing anything.
     *
     * @throws IOException if the file cannot be read, which says nothing about its content
     */
    ReadResult examine(Path file) throws IOException {
        CheckpointFileSystem.Entry entry = disk.stat(file);
        if (entry == null) {
            return new ReadResult.Absent();
        }
        if (!entry.regular()) {
            throw new IOException(file + " is not a regular file");
        }
        CheckpointEnvelope.Parsed parsed;
        try {
            parsed = CheckpointEnvelope.parse(CheckpointContent.of(disk, file));
        } catch (CheckpointEnvelope.NewerFormatException e) {
            return new ReadResult.Newer(Failures.firstLine(e));
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            return new ReadResult.Damaged(Failures.firstLine(e), null);
        }
        boolean later = isVerifiedLater(parsed);
        if (!later && !parsed.isIntact()) {
            return new ReadResult.Damaged(WRONG_CHECKSUM, parsed.envelope());
        }
        if (parsed.envelope().schema() > schema) {
            return new ReadResult.Newer("its schema version is "
                    + parsed.envelope().schema() + ", this version of the application knows up to " + schema);
        }
        if (entry.size() > maxBytes) {
            return new ReadResult.TooLarge(
                    "it has " + entry.size() + " bytes, more than maxBytes, which is " + maxBytes, parsed.envelope());
        }
        return new ReadResult.Valid(parsed, !later);
    }

    /**
     * Whether the checksum is verified while the state is decoded, so that a large file is read only once. Only the
     * default codec may see damaged bytes.
     */
    private boolean isVerifiedLater(CheckpointEnvelope.Parsed parsed) {
        return ownCodec
                && !parsed.content().isInMemory()
                && parsed.content().size() <= maxBytes
                && parsed.envelope().crc32c() != null
                && parsed.envelope().schema() == schema;
    }

    /** Returns the metadata of the current file without reading its state; null if there is none. */
    @Nullable
    CheckpointEnvelope newestEnvelope() throws IOException {
        Path file = files.target();
        CheckpointFileSystem.Entry entry = disk.stat(file);
        return entry == null || !entry.regular()
                ? null
                : CheckpointEnvelope.parse(CheckpointContent.of(disk, file)).envelope();
    }

    /** Renames a damaged file, so that it is not overwritten, and returns the new name. The file is never deleted. */
    Path quarantine(Path file) throws IOException {
        Path quarantined = null;
        for (int number = 1; quarantined == null || disk.stat(quarantined) != null; number++) {
            quarantined = files.damaged(ticker.now(), number);
        }
        disk.move(file, quarantined);
        try {
            disk.forceDirectory(files.directory());
        } catch (IOException e) {
            log.warn("cannot force the directory after keeping {}", quarantined, e);
        }
        return quarantined;
    }

    /** Deletes the temporary files of interrupted saves. Only the owner of the lock may call this. */
    void deleteStaleTempFiles() throws IOException {
        for (String name : disk.list(files.directory())) {
            if (files.isTemporary(name)) {
                disk.delete(files.target().resolveSibling(name));
            }
        }
    }

    /** Returns the existing damaged files of earlier runs, oldest first. */
    List<Path> quarantined() throws IOException {
        List<Path> quarantined = new ArrayList<>();
        for (String name : disk.list(files.directory())) {
            if (files.isQuarantined(name)) {
                quarantined.add(files.target().resolveSibling(name));
            }
        }
        if (quarantined.size() > 1) {
            quarantined.sort(null);
        }
        return quarantined;
    }
}
