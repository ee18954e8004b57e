package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a checkpoint cannot be opened, loaded or saved. The message names the file, the step and the state on disk.
 *
 * <pre>{@code
 * try {
 *     store.save(position);
 * } catch (CheckpointException failed) {
 *     boolean visible = failed.kind() == CheckpointException.Kind.PERHAPS_NOT_DURABLE;
 *     System.err.println((visible ? "saved, but may not survive a power cut: " : "") + failed.getMessage());
 * }
 * }</pre>
 */
public final class CheckpointException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The kind of failure, which determines what the file contains now. */
    public enum Kind {
        /** Another process, or another store in this process, owns the file. Nothing was changed. */
        IN_USE,
        /**
         * Not saved, because this process has lost the lock: the lock file was deleted, the directory was replaced, other
         * code of this process has opened and closed the lock file, or the file system does not support locks. Another
         * process may own the file now. Nothing was changed. Close the store and find the other owner.
         */
        OWNERSHIP_LOST,
        /** Not saved. The file contains the previous state, if there was one. */
        NOT_SAVED,
        /** The new state is in place and can be loaded, but may not survive a power cut: the directory was not forced. */
        PERHAPS_NOT_DURABLE,
        /**
         * The disk or the supplier of the state did not respond in time. The message says whether the new state is already in
         * place; if not, the file contains the previous state, if there was one. If the disk responds later, the save is
         * completed in the background.
         */
        ABANDONED,
        /** The file was written by a newer version of the application. Neither loads nor saves change it. */
        NEWER_VERSION,
        /**
         * The file is intact, but this release of the application cannot decode it: a class has changed, a migration
         * failed, or the file exceeds {@code maxBytes}. Neither loads nor saves change it, so that the release that wrote it
         * can still use it.
         */
        INCOMPATIBLE,
        /** The file, its directory or its lock cannot be used: permissions, not a regular file, an input error. */
        UNUSABLE,
        /** The store was closed. */
        CLOSED
    }

    private final Kind kind;
    private final String file;
    private final String step;

    CheckpointException(Kind kind, Path file, String step, String message, @Nullable Throwable cause) {
        super("checkpoint " + file + ": " + message, cause);
        this.kind = kind;
        this.file = file.toString();
        this.step = step;
    }

    /** Returns the same failure for another caller, with a stack trace of its own. */
    CheckpointException again() {
        return new CheckpointException(this);
    }

    private CheckpointException(CheckpointException original) {
        super(original.getMessage(), original.getCause());
        this.kind = original.kind;
        this.file = original.file;
        this.step = original.step;
    }

    /** Returns the kind of failure. */
    public Kind kind() {
        return kind;
    }

    /** Returns the file of the checkpoint. */
    public Path file() {
        return Path.of(file);
    }

    /** Returns the step that failed, such as "force the new file". */
    public String step() {
        return step;
    }
}
