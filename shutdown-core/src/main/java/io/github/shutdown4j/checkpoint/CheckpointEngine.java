package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.Outcome;

/**
 * The file operations of a store and its knowledge about the files. Used on the worker's thread only, except {@link
 * RunRecord#markForced}.
 */
final class CheckpointEngine<T> implements CheckpointEncoder.Failures {

    /** The result of a save, for reports. */
    record Saved(long generation, int bytes) {}

    private final CheckpointSettings<T> settings;
    private final ComponentLogger log;
    private final CheckpointWorker worker;
    private final CheckpointPaths files;
    private final CheckpointReader reader;
    private final CheckpointWriter writer;
    private final CheckpointEncoder<T> encoder;
    private final CheckpointLock lock;
    private final RunRecord run;

    private final ChangeDetector changes = new ChangeDetector();
    /** The highest known generation. */
    private volatile long generation;

    private long firstOwnGeneration = Long.MAX_VALUE;
    /** Whether the current file is intact or missing and may be replaced. */
    private boolean examined;

    /** Finds the files, acquires the lock and removes stale files. */
    CheckpointEngine(CheckpointSettings<T> settings, CheckpointWorker worker) throws CheckpointException {
        this.settings = settings;
        this.log = settings.log();
        this.worker = worker;
        try {
            worker.step("find the directory");
            this.files = CheckpointPaths.resolve(settings.file());
            worker.step("look at " + files.name());
            Path irregular = files.irregular(settings.disk(), settings.generations());
            if (irregular != null) {
                Path named = irregular.equals(files.target()) ? settings.file() : irregular;
                throw new CheckpointException(Kind.UNUSABLE, named, worker.step(), "it is not a regular file", null);
            }
            worker.step("lock " + files.lock().getFileName());
            this.lock = CheckpointLock.acquire(files.lock());
        } catch (CheckpointException e) {
            throw e;
        } catch (CheckpointLock.NotOwnedException e) {
            throw new CheckpointException(Kind.IN_USE, settings.file(), "lock", String.valueOf(e.getMessage()), null);
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(
                    Kind.UNUSABLE, settings.file(), worker.step(), "cannot " + worker.step() + ": " + e, e);
        }
        boolean open = false;
        try {
            this.encoder = new CheckpointEncoder<>(settings, worker, this);
            this.reader = new CheckpointReader(files, settings);
            this.writer = new CheckpointWriter(files, settings, worker);
            this.run = new RunRecord(settings, worker, lock, reader);
            run.markStart();
            deleteStaleTempFiles();
            lock.opened();
            open = true;
        } finally {
            if (!open) { // after an error such as out of memory, release the lock for the next attempt
                boolean unused = releaseLock();
            }
        }
    }

    private void deleteStaleTempFiles() {
        try {
            worker.step("remove stale temporary files");
            reader.deleteStaleTempFiles();
        } catch (IOException | RuntimeException e) {
            log.warn("cannot remove stale temporary files", e);
        }
    }

    /** Loads the code that later calls need, and tests the disk. */
    boolean warmUp() {
        try {
            var unused = run.lastRun();
            worker.step("prepare the codec");
            if (settings.codec() instanceof JsonCodec<T> json) {
                json.warmUp();
                for (String problem : json.problemsOfType()) {
                    log.warn("{}; a state that cannot be read back will not be saved", problem);
                }
            }
            writer.rehearse();
        } catch (Exception | Error e) { // no caller waits for this, so it would not be reported otherwise
            log.warn("saving will fail unless this changes: cannot {}", worker.step(), e);
            return false;
        }
        return true;
    }

    RunRecord run() {
        return run;
    }

    LoadResult<T> load() throws CheckpointException {
        LastRun last = run.lastRun();
        GenerationScan<T> scan = new GenerationScan<>(settings, files, reader, worker);
        Optional<GenerationScan.Match<T>> match = scan.findUsable();
        adopt(scan);
        boolean clean = match.isPresent()
                && match.get().envelope().generation() < firstOwnGeneration
                && (match.get().envelope().ending() || last.ending() == LastRun.Ending.CLEAN);
        return scan.report(match, clean);
    }

    private void adopt(GenerationScan<T> scan) {
        generation = Math.max(generation, scan.newest());
        examined = scan.allQuarantined();
    }

    CheckpointEncoder<T> encoder() {
        return encoder;
    }

    /** Saves nothing, but logs problems that would prevent a save. */
    boolean validate(Supplier<? extends T> supplier) {
        try {
            encoder.validate(supplier);
            return true;
        } catch (CheckpointException | RuntimeException | Error e) {
            log.warn("saving will fail unless this changes", e);
            return false;
        }
    }

    /** Encodes a large state only for this comparison, to avoid a write. */
    boolean isNew(EncodedState<T> encoded) throws CheckpointException {
        byte[] bytes = encoded.bytes();
        if (bytes != null) {
            return changes.isNew(bytes);
        }
        MessageDigest digest = ChangeDetector.newDigest();
        try {
            var unused =
                    StateOutput.encode(settings, encoded, OutputStream.nullOutputStream(), settings.maxBytes(), digest);
        } catch (Throwable e) {
            throw notSaved("encode the state", e);
        }
        return changes.isNewDigest(digest.digest());
    }

    /** Saves, and returns when that is durable. */
    Saved save(EncodedState<T> encoded, boolean ending) throws CheckpointException {
        if (!Jfr.isOn()) {
            return write(encoded, ending);
        }
        Jfr.Span span = Jfr.checkpoint(settings.name(), ending);
        try {
            Saved saved = write(encoded, ending);
            span.end(Outcome.DONE.name(), "generation " + saved.generation(), saved.bytes());
            return saved;
        } catch (CheckpointException e) {
            span.end(Outcome.FAILED.name(), OneLine.of(e), 0);
            throw e;
        }
    }

    private Saved write(EncodedState<T> encoded, boolean ending) throws CheckpointException {
        if (!examined) {
            GenerationScan<T> scan = new GenerationScan<>(settings, files, reader, worker);
            var unused = scan.findUsable();
            adopt(scan);
            if (!examined) {
                throw notSaved("keep the damaged file", new IOException("a damaged file is in its place"));
            }
        }
        long next = generation + 1;
        MessageDigest digest = encoded.bytes() == null ? changes.digestOfSave() : null;
        long[] size = new long[1];
        Instant now = settings.ticker().now();
        CheckpointWriter.Content content = content(encoded, next, now, ending, digest, size);
        changes.forget(); // the file is not known to be durable until the end
        try {
            writer.replace(content, new Precondition<>(this, encoded, ending));
        } catch (CheckpointException e) {
            throw e;
        } catch (Throwable e) {
            throw notSaved(worker.step(), e);
        }
        run.saved(now);
        generation = next;
        firstOwnGeneration = Math.min(firstOwnGeneration, next);
        try {
            writer.forceDirectory();
        } catch (Throwable e) {
            throw new CheckpointException(
                    Kind.PERHAPS_NOT_DURABLE,
                    settings.file(),
                    worker.step(),
                    "generation " + next + " is in place but may not survive a power cut: cannot " + worker.step()
                            + ": " + e,
                    e);
        }
        changes.saved(encoded.bytes(), digest);
        return new Saved(next, (int) size[0]);
    }

    private CheckpointWriter.Content content(
            EncodedState<T> encoded,
            long next,
            Instant now,
            boolean ending,
            @Nullable MessageDigest digest,
            long[] size)
            throws CheckpointException {
        byte[] bytes = encoded.bytes();
        if (bytes == null) {
            return out -> {
                byte[] head = CheckpointEnvelope.head(
                        settings.schema(), next, now, ending, CheckpointEnvelope.NO_CHECKSUM_YET);
                byte[] tail = CheckpointEnvelope.tail();
                out.write(head);
                long limit = (long) settings.maxBytes() - head.length - tail.length;
                StateOutput state = StateOutput.encode(settings, encoded, out, limit, digest);
                out.write(tail);
                out.patch(
                        CheckpointEnvelope.positionOfChecksum(head),
                        state.crc32c().getBytes(StandardCharsets.US_ASCII));
                size[0] = head.length + state.count() + tail.length;
            };
        }
        ByteBuffer state = CheckpointEnvelope.trimmed(bytes);
        if (!state.hasRemaining()) {
            throw notSaved("encode the state", new IOException("the codec returned no bytes"));
        }
        ByteBuffer[] content = CheckpointEnvelope.compose(settings.schema(), next, now, ending, state);
        size[0] = measure(content);
        return CheckpointWriter.Content.of(content);
    }

    private record Precondition<T>(CheckpointEngine<T> engine, EncodedState<T> encoded, boolean ending)
            implements CheckpointWriter.Precondition {
        @Override
        public void check(Path newFile) throws IOException {
            engine.beforeReplacing(encoded, ending, newFile);
        }
    }

    /** Called just before the new file replaces the current one. */
    private void beforeReplacing(EncodedState<T> encoded, boolean ending, Path newFile) throws IOException {
        encoder.check(encoded, ending, newFile);
        worker.step("look whether the lock is still held");
        try {
            lock.requireOwned();
        } catch (CheckpointLock.NotOwnedException e) {
            log.error("not saved, and nothing will be until the store is opened again: {}", e.getMessage());
            throw new CheckpointException(
                    Kind.OWNERSHIP_LOST, settings.file(), worker.step(), "not saved: " + e.getMessage(), e);
        }
    }

    private int measure(ByteBuffer[] content) throws CheckpointException {
        long size = 0;
        for (ByteBuffer part : content) {
            size += part.remaining();
        }
        if (size > settings.maxBytes()) {
            throw notSaved(
                    "save " + size + " bytes", new IOException("the limit, maxBytes, is " + settings.maxBytes()));
        }
        return (int) size;
    }

    @Override
    public CheckpointException notSaved(String step, Throwable cause) {
        String why = Failures.firstLine(cause);
        // The error of Linux if the file is a mount point itself, as with docker -v file:file.
        String hint = why.contains("busy") ? " (is the file itself a mount point? mount its directory instead)" : "";
        return new CheckpointException(
                Kind.NOT_SAVED,
                settings.file(),
                step,
                "not saved" + (generation == 0 ? "" : ", the previous state is unchanged") + ": cannot " + step + ": "
                        + cause.getClass().getSimpleName() + ": " + why + hint,
                cause);
    }

    /** The last task: saves, records a clean end if that succeeds, and releases the lock in any case. */
    Saved finish(Supplier<? extends T> state) throws CheckpointException {
        try {
            Saved saved = save(encoder.snapshot(state, true), true);
            run.markClean();
            return saved;
        } finally {
            var unused = release();
        }
    }

    /** The last task without a save. */
    boolean close() throws CheckpointException {
        try {
            run.markClean();
        } finally {
            var unused = release();
        }
        return true;
    }

    /** Closes the directory and releases the lock; true on success. */
    boolean release() {
        try {
            worker.step("close the directory");
            writer.close();
        } catch (IOException | RuntimeException e) {
            log.warn("cannot close {}", files.directory(), e);
        }
        return releaseLock();
    }

    private boolean releaseLock() {
        try {
            worker.step("release the lock");
            lock.release();
            return true;
        } catch (IOException | RuntimeException e) {
            log.warn("cannot release {}", files.lock(), e);
            return false;
        }
    }
}
