package io.github.shutdown4j.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the last saved state well enough to tell whether another one differs: as a digest, because the state may be
 * large. The digest is made when it is first asked for, so that no save has to wait for it. For one thread.
 */
final class ChangeDetector {

    private byte @Nullable [] state;
    private byte @Nullable [] digest;
    private boolean inUse;

    /** For a state that is encoded while it is saved; null if nobody has asked yet. */
    @Nullable
    MessageDigest digestOfSave() {
        return inUse ? newDigest() : null;
    }

    /** What was saved: its bytes, or if they were not in memory its digest. */
    void saved(byte @Nullable [] bytes, @Nullable MessageDigest digestOfSave) {
        state = inUse ? bytes : null;
        digest = digestOfSave == null ? null : digestOfSave.digest();
    }

    /** Asked for the first time, the answer is yes. */
    boolean isNew(byte[] bytes) {
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
