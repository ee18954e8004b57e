package io.github.shutdown4j.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the last saved state well enough to tell whether another one differs: a small one as it is, a large one as a
 * digest, which is made when it is first asked for, so that no save has to wait for it. For one thread.
 */
final class ChangeDetector {

    /** Up to this size the state itself is kept: it takes little memory, and the first digest of a JVM takes long. */
    private static final int COMPARED_LIMIT = 16 << 10;

    private byte @Nullable [] state;
    private byte @Nullable [] digest;
    private boolean inUse;

    /** For a state that is encoded while it is saved; null if nobody has asked yet. */
    @Nullable
    MessageDigest digestOfSave() {
        return inUse ? newDigest() : null;
    }

    /** From now on any state is new, until one {@linkplain #saved has been saved}. */
    void forget() {
        state = null;
        digest = null;
    }

    /** What was saved and is durable: its bytes, or if they were not in memory its digest. */
    void saved(byte @Nullable [] bytes, @Nullable MessageDigest digestOfSave) {
        state = inUse ? bytes : null;
        digest = digestOfSave == null ? null : digestOfSave.digest();
    }

    /** Asked for the first time, the answer is yes. */
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
            throw new AssertionError("every JRE has SHA-256", e);
        }
    }
}
