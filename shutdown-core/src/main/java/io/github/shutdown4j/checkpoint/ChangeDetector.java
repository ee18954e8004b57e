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

    void saved(byte[] bytes) {
        state = inUse ? bytes : null;
        digest = null;
    }

    /** Asked for the first time, the answer is yes. */
    boolean isNew(byte[] bytes) {
        if (state != null) {
            digest = digest(state);
            state = null;
        }
        inUse = true;
        return digest == null || !MessageDigest.isEqual(digest, digest(bytes));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JRE has SHA-256", e);
        }
    }
}
