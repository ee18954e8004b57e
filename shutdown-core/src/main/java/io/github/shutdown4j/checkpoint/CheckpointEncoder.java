package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.EncodedState.Buffer;

/** Encodes states and checks that they can be read back. */
final class CheckpointEncoder<T> {

    /** Up to this size every save is read back: that takes no longer than the disk. */
    private static final int ALWAYS_CHECKED_LIMIT = 16 << 10;

    /** Up to this size the first and the last save are read back; more might exceed the memory. */
    private static final int CHECKED_LIMIT = 16 << 20;

    /** Creates the exception for a step that failed, so that the state is not saved. */
    interface Failures {
        CheckpointException notSaved(String step, Throwable cause);
    }

    private final CheckpointSettings<T> settings;
    private final CheckpointWorker worker;
    private final Failures failures;

    /** The size of the last state in bytes, an estimate for the next one. */
    private volatile int usualSize = 2048;

    /** Whether a save of this run was read back, or at least parsed. */
    private volatile boolean roundTripSeen;

    /**
     * Creates the encoder of one store.
     *
     * @param failures creates the exceptions
     */
    CheckpointEncoder(CheckpointSettings<T> settings, CheckpointWorker worker, Failures failures) {
        this.settings = settings;
        this.worker = worker;
        this.failures = failures;
    }

    /** Encodes the state if it is small. Also called on the threads of callers. */
    EncodedState<T> encode(T state, boolean ending) throws CheckpointException {
        Buffer buffer = new Buffer(CheckpointContent.IN_MEMORY_LIMIT, usualSize);
        try {
            settings.encode(state, buffer);
        } catch (Throwable e) {
            if (!buffer.isFull()) {
                throw failures.notSaved("encode the state", e);
            }
        }
        if (buffer.isFull()) { // whether the codec has noticed that or not
            return new EncodedState<>(state, null, null);
        }
        byte[] bytes = buffer.bytes();
        if (bytes.length <= CheckpointContent.IN_MEMORY_LIMIT) {
            usualSize = bytes.length;
        }
        boolean check = bytes.length <= ALWAYS_CHECKED_LIMIT || (bytes.length <= CHECKED_LIMIT && isDue(ending));
        return new EncodedState<>(state, bytes, check ? new RoundTripCheck<>(settings, state, bytes) : null);
    }

    private boolean isDue(boolean ending) {
        return ending || !roundTripSeen;
    }

    /** The state as it is now, encoded. */
    EncodedState<T> snapshot(Supplier<? extends T> supplier, boolean ending) throws CheckpointException {
        worker.step("take the state");
        T state;
        try {
            state = Objects.requireNonNull(supplier.get(), "the supplier returned null");
        } catch (Throwable e) {
            throw failures.notSaved("take the state", e);
        }
        worker.step("encode the state");
        return encode(state, ending);
    }

    /** Encodes a state as its supplier returns it and reads that back, without a file. */
    void validate(Supplier<? extends T> supplier) throws CheckpointException {
        EncodedState<T> encoded = snapshot(supplier, true);
        RoundTripCheck<T> check = encoded.check();
        if (check != null) {
            require(check);
        }
    }

    /** Reads back the written state, if necessary. */
    void check(EncodedState<T> encoded, boolean ending, Path written) throws CheckpointException {
        worker.step("read back what was encoded");
        RoundTripCheck<T> check = encoded.check();
        if (check == null && isDue(ending)) {
            check = checkOf(encoded, written);
        }
        if (check != null) {
            require(check);
        }
        roundTripSeen = true;
    }

    private void require(RoundTripCheck<T> check) throws CheckpointException {
        try {
            check.require();
        } catch (Throwable e) {
            throw failures.notSaved(worker.step(), e);
        }
    }

    /** Checks a state that is in the file only; null if it is too large for more than parsing. */
    @Nullable
    private RoundTripCheck<T> checkOf(EncodedState<T> encoded, Path written) throws CheckpointException {
        try {
            CheckpointEnvelope.Parsed parsed = CheckpointEnvelope.parse(CheckpointContent.of(settings.disk(), written));
            if (parsed.to() - parsed.from() > CHECKED_LIMIT) {
                try (InputStream in = parsed.stream()) {
                    JsonText.requireOneValue(in);
                }
                return null;
            }
            try (InputStream in = parsed.stream()) {
                return new RoundTripCheck<>(settings, encoded.state(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw failures.notSaved(worker.step(), e);
        }
    }
}
