package io.github.shutdown4j.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The file operations of a checkpoint, so that tests can record them and make any of them fail or hang. {@link
 * NioFileSystem} is the implementation in use.
 */
interface CheckpointFileSystem {

    /** A file being written. After a failed {@link #force} the file must be discarded, because data may be lost silently. */
    interface NewFile extends Closeable {

        /** Writes some or all of the bytes that remain. */
        void write(ByteBuffer bytes) throws IOException;

        /** Writes some or all of the bytes over others that were written before. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Returns when all written bytes are on the disk. */
        void force() throws IOException;

        /** May report the failure of an earlier write; a file whose close has failed must be discarded. */
        @Override
        void close() throws IOException;
    }

    /** A file being read. */
    interface OpenFile extends Closeable {

        long size() throws IOException;

        /** Reads some bytes, at least one; -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** An open directory. It remains the same one if its name is given to another. */
    interface OpenDirectory extends Closeable {

        /** Returns when the names in it are on the disk; does nothing on systems without such an operation. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * The target of a name.
     *
     * @param regular whether it is a regular file, the only kind that is safe to open
     * @param size in bytes
     */
    record Entry(boolean regular, long size) {}

    /** Returns the kind and size of {@code file}, following links; null if it does not exist. */
    @Nullable
    Entry stat(Path file) throws IOException;

    /** Creates a new file that only its owner may read and write. */
    NewFile create(Path file) throws IOException;

    /**
     * Gives {@code copy} the permissions and, if possible, the owner and group of {@code model}. If {@code model} is missing
     * and this process runs as root, {@code copy} gets the owner of the directory. Returns what could not be kept, or null.
     */
    @Nullable
    String copyAccess(Path model, Path copy) throws IOException;

    /** Creates the hard link {@code link} to {@code existing}. */
    void link(Path existing, Path link) throws IOException;

    /** Renames atomically, replacing {@code to}; never by copying or deleting. */
    void move(Path from, Path to) throws IOException;

    /** Returns when the content of a file is on the disk. */
    void forceFile(Path file) throws IOException;

    /** Opens a directory to force it repeatedly. */
    OpenDirectory openDirectory(Path directory) throws IOException;

    /** Opens a directory, {@linkplain OpenDirectory#force forces} it and closes it. */
    default void forceDirectory(Path directory) throws IOException {
        try (OpenDirectory open = openDirectory(directory)) {
            open.force();
        }
    }

    /** Deletes a file, if it exists. */
    void delete(Path file) throws IOException;

    /** Opens a regular file, see {@link #stat}, for reading. */
    OpenFile open(Path file) throws IOException;

    /** The names in a directory. */
    List<String> list(Path directory) throws IOException;

    /** Returns the permissions of a file, such as {@code rw-r--r--}, if not only its owner has any; null otherwise. */
    @Nullable
    String sharedPermissions(Path file) throws IOException;
}
