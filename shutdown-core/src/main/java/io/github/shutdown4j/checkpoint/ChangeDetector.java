package io.github.shutdown4j.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Detects whether a state differs from the last saved one. Keeps a small state as it is, and of a large one a digest, which
 * is computed on demand so that no save waits for it. Not thread-safe.
 */
final class ChangeDetector {

    /** Up to this size the state itself is kept: it needs little memory, and the first digest in a JVM is slow. */
    private static final int COMPARED_LIMIT = 16 << 10;

    private byte @Nullable [] state;
    private byte @Nullable [] digest;
    private boolean inUse;

    /** For a state that is encoded while it is saved; null if no digest was needed yet. */
    @Nullable
    MessageDigest digestOfSave() {
        return inUse ? newDigest() : null;
    }

    /** Treats any state as new until one {@linkplain #saved was saved}. */
    void forget() {
        state = null;
        digest = null;
    }

    /** Records the bytes of the saved state or, if they were not in memory, its digest. */
    void saved(byte @Nullable [] bytes, @Nullable MessageDigest digestOfSave) {
        state = inUse ? bytes : null;
        digest = digestOfSave == null ? null : digestOfSave.digest();
    }

    /** Whether the state differs from the last saved one; true if none is known. */
    boolean isNew(byte[] bytes) {
        inUse = true;
        if (state == null && digest == null) {
            return true;
        }
        if (state != null && state.length <= COMPARED_LIMIT) {
            return !Arrays.equals(state, bytes);
        }
        return isNewDigest(newDigest().digest(bytes));
    }

    boolean isNewDigest(byte[] other) {
        if (state != null) {
            digest = newDigest().digest(state);
            state = null;
        }
        inUse = true;
        return digest == null || !MessageDigest.isEqual(digest, other);
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JRE has SHA-256", e);
        }
    }
}
