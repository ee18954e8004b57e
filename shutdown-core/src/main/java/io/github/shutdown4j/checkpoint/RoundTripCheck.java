package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Checks that an encoded state can be decoded to an equal one: the decoded state is encoded again and compared. Unless its
 * type rules that out, the state itself is also encoded a second time, to detect concurrent changes. Runs once, on the
 * first thread that needs the result, usually the one that waits for the save, while the store's thread writes.
 */
final class RoundTripCheck<T> {

    private final CheckpointSettings<T> settings;
    private final T state;
    private final byte[] encoded;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean over; // guarded by lock
    private @Nullable Throwable failure; // guarded by lock

    RoundTripCheck(CheckpointSettings<T> settings, T state, byte[] encoded) {
        this.settings = settings;
        this.state = state;
        this.encoded = encoded;
    }

    /** Checks, unless that is done, or another thread is doing it. What is found is thrown by {@link #require}. */
    void run() {
        if (lock.tryLock()) {
            try {
                checkOnce();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns when the check has succeeded, and throws what it threw. On the store's own thread. */
    void require() throws Throwable {
        lock.lock();
        try {
            checkOnce();
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. Not a {@code FutureTask}, whose first use in a JVM is slow. */
    private void checkOnce() {
        if (over) {
            return;
        }
        try {
            check();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        over = true;
    }

    private void check() throws Exception {
        try {
            JsonCodec<T> json = settings.codec() instanceof JsonCodec<T> codec ? codec : null;
            if (json == null) { // another codec may decode what is not exactly one value
                JsonText.requireOneValue(encoded);
            }
            T decoded = settings.decode(encoded);
            if (json == null || json.mayDifferInValues()) {
                requireSameValues(decoded);
            } else {
                requireSameJson("is not decoded as it was", settings.encode(decoded));
            }
            if (json != null && json.mayDifferInTypes() && !Objects.equals(state, decoded)) {
                String difference = json.differenceOfTypes(state, decoded);
                if (difference != null) {
                    throw new IOException("a value is decoded as another type: " + difference);
                }
            }
        } catch (OutOfMemoryError e) {
            // The check is worth less than the save.
        }
    }

    private void requireSameValues(T decoded) throws Exception {
        List<String> decodedNotes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        requireSameJson("is not decoded as it was", JsonFidelity.noting(decodedNotes, () -> settings.encode(decoded)));
        requireSameJson("changes while it is saved", JsonFidelity.noting(notes, () -> settings.encode(state)));
        requireSame(notes, decodedNotes);
    }

    private static void requireSame(List<String> notes, List<String> decodedNotes) throws IOException {
        String lost = JsonFidelity.missing(notes, decodedNotes);
        if (lost != null) {
            throw new IOException("the state is not decoded as it was: JSON does not keep " + lost
                    + "; restore it in the constructor of the state, or save values from which it can be made again");
        }
    }

    private void requireSameJson(String otherwise, byte[] again) throws IOException {
        if (Arrays.equals(encoded, again)) {
            return;
        }
        @Nullable String difference = JsonDifference.between(encoded, again);
        if (difference != null) {
            throw new IOException("the state " + otherwise + ": " + difference);
        }
    }
}
