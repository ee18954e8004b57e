package io.github.shutdown4j.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The operations on files that a checkpoint is made of, one method each, so that tests can record them, and let any of
 * them fail, hang or be cut off. {@link NioFileSystem} is the one in use.
 */
interface CheckpointFileSystem {

    /** A file being written. Once {@link #force} has failed the file is worthless: its data may be gone silently. */
    interface NewFile extends Closeable {

        /** Writes some or all of the bytes that remain. */
        void write(ByteBuffer bytes) throws IOException;

        /** Writes some or all of the bytes over others that were written before. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Returns when all written bytes are on the disk. */
        void force() throws IOException;

        /** May report what a write did not; a file whose close failed is worthless too. */
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

    /**
     * What a name stands for.
     *
     * @param regular whether it is a plain file, the only thing that is safe to open
     * @param size in bytes
     */
    record Entry(boolean regular, long size) {}

    /** What {@code file} is, links followed; null if there is none. */
    @Nullable
    Entry stat(Path file) throws IOException;

    /** Makes a file that must not exist, which only its owner may read and write. */
    NewFile create(Path file) throws IOException;

    /**
     * Gives {@code copy} the permissions and, if possible, the owner and the group of {@code model}; if that is missing
     * and we are root, the owner of the directory. Returns what could not be kept, or null.
     */
    @Nullable
    String copyAccess(Path model, Path copy) throws IOException;

    /** Makes {@code link} one more name of the file {@code existing}. */
    void link(Path existing, Path link) throws IOException;

    /** Renames in one step, replacing {@code to}; never by copying or deleting. */
    void move(Path from, Path to) throws IOException;

    /** Returns when the content of a file is on the disk. */
    void forceFile(Path file) throws IOException;

    /** Returns when the names in the directory are on the disk; nothing where the system has no such operation. */
    void forceDirectory(Path directory) throws IOException;

    /** Removes a name; nothing if it is missing. */
    void delete(Path file) throws IOException;

    /** Opens for reading a file of which {@link #stat} said that it is regular. */
    OpenFile open(Path file) throws IOException;

    /** The names in a directory. */
    List<String> list(Path directory) throws IOException;

    /** The permissions of a file as text, such as {@code rw-------}; null where there is no such thing. */
    @Nullable
    String permissions(Path file) throws IOException;
}
