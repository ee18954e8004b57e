package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** A checkpoint could not be opened, loaded or saved; says which file, which step, and what is on the disk now. */
public final class CheckpointException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What the caller has to know to go on. */
    public enum Kind {
        /** Another process, or another store of this one, owns the file. Nothing was touched. */
        IN_USE,
        /**
         * Not saved, because the lock is no longer this process's: somebody deleted the lock file or replaced the directory,
         * other code of this process opened and closed the lock file, or the file system does not keep locks. Another
         * process may own the file now; nothing was touched. Close the store and find out who.
         */
        OWNERSHIP_LOST,
        /** Not saved. The file holds the state of the save before, if there was one. */
        NOT_SAVED,
        /** The new state is in place and can be loaded, but may not survive a power cut: the directory was not forced. */
        PERHAPS_NOT_DURABLE,
        /**
         * The disk, or the supplier of the state, did not answer in time. The message says whether the new state is in
         * place already; if not, the file holds the state of the save before, if there was one. Should the disk answer
         * later, the save is completed in the background.
         */
        ABANDONED,
        /** The file was written by a newer version of the application. It is left untouched, also by saves. */
        NEWER_VERSION,
        /**
         * The file is intact, but this release of the application cannot decode it: a class has changed, a migration
         * failed, or {@code maxBytes} is smaller than the file. It is left untouched, also by saves, so that the release
         * that wrote it still finds its state.
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

    /** The same failure for one more caller, with a trace of its own. */
    CheckpointException again() {
        return new CheckpointException(this);
    }

    private CheckpointException(CheckpointException original) {
        super(original.getMessage(), original.getCause());
        this.kind = original.kind;
        this.file = original.file;
        this.step = original.step;
    }

    /** What went wrong, for code that must decide. */
    public Kind kind() {
        return kind;
    }

    /** The checkpoint's file. */
    public Path file() {
        return Path.of(file);
    }

    /** What was being done, such as "force the new file". */
    public String step() {
        return step;
    }
}
