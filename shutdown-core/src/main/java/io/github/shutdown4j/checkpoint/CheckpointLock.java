package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

/**
 * Sole ownership of a checkpoint: a lock of the operating system on a file beside it, which is never deleted and ends
 * with the process however that ends, and a claim within this JVM. The lock file's content tells how the run ended.
 *
 * <p>Locks of POSIX belong to the process, and closing <em>any</em> channel on the file gives them up. So this class
 * opens the file once only, and a second store of this JVM must be turned away before it opens it.
 */
final class CheckpointLock {

    /** Beyond the content, because on Windows nobody else can read what is locked. */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** Channels that must stay open, because closing them would give up the lock of somebody else in this JVM. */
    private static final Queue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    /** Somebody else has it. */
    static final class InUseException extends IOException {

        private static final long serialVersionUID = 1L;

        InUseException(String message) {
            super(message);
        }
    }

    private final String claim;
    private final FileChannel channel;
    private final FileLock lock;

    private CheckpointLock(String claim, FileChannel channel, FileLock lock) {
        this.claim = claim;
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes it or throws at once. */
    static CheckpointLock acquire(Path file) throws IOException {
        // The system properties are the one map that all class loaders of this JVM share.
        String claim = "io.github.shutdown4j.checkpoint:" + file;
        if (System.getProperties().putIfAbsent(claim, "open") != null) {
            throw new InUseException("in use by another store of this process, " + self());
        }
        boolean taken = false;
        try {
            CheckpointLock lock = open(claim, file);
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                System.getProperties().remove(claim);
            }
        }
    }

    private static CheckpointLock open(String claim, Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(file.toString(), null, "not a regular file, cannot be the lock");
        }
        FileChannel channel = FileChannel.open(file, OPTIONS, NioFileSystem.ownerOnly(file));
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                RunMarker holder = RunMarker.parse(read(channel));
                throw new InUseException("in use by "
                        + (holder == null
                                ? "another process"
                                : "process " + holder.pid() + " since " + holder.since()));
            }
            keep = true;
            return new CheckpointLock(claim, channel, lock);
        } catch (OverlappingFileLockException e) {
            keep = true;
            NEVER_CLOSED.add(channel);
            throw new InUseException("in use by another store of this process, " + self());
        } finally {
            if (!keep) {
                channel.close();
            }
        }
    }

    /** What the file says; null if it is new or damaged. */
    @Nullable
    RunMarker marker() throws IOException {
        return RunMarker.parse(read(channel));
    }

    /** Writes the marker, without waiting for the disk. Safe from two threads at once: the last one wins. */
    void mark(RunMarker marker) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(marker.bytes());
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    void force() throws IOException {
        channel.force(false);
    }

    /** Gives it free. */
    void release() throws IOException {
        try (channel) {
            lock.release();
        } finally {
            System.getProperties().remove(claim);
        }
    }

    private static byte[] read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RunMarker.LENGTH);
        int count = 0;
        while (bytes.hasRemaining() && count >= 0) {
            count = channel.read(bytes, bytes.position());
        }
        byte[] read = new byte[bytes.position()];
        bytes.flip().get(read);
        return read;
    }

    private static String self() {
        return "process " + ProcessHandle.current().pid();
    }
}
