package io.github.shutdown4j.testing;

import java.util.concurrent.Callable;

import org.awaitility.Awaitility;

import io.github.shutdown4j.checkpoint.CheckpointException;

/** A checkpoint that another owner has just closed or abandoned: its lock is released a moment later. */
public final class OnceFree {

    private OnceFree() {}

    /** Opens it when the lock is free; it is open then. */
    public static <T> T open(Callable<T> opening) {
        return Awaitility.await().ignoreExceptionsMatching(OnceFree::isInUse).until(opening, opened -> true);
    }

    private static boolean isInUse(Throwable failure) {
        return failure instanceof CheckpointException refused && refused.kind() == CheckpointException.Kind.IN_USE;
    }
}
