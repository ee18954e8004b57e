package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.OwnProcess;

/**
 * Exclusive ownership of a checkpoint: an operating system lock on a separate file, which is never deleted, and a claim
 * within this JVM. The lock ends with the process. The content of the lock file tells how the run ended.
 *
 * <p>POSIX locks belong to the process, and closing <em>any</em> channel on the file releases them. Therefore this class
 * opens the file only once, and a second store of this JVM must be refused before it opens the file.
 */
final class CheckpointLock {

    /** Beyond the content, because on Windows a locked range cannot be read by others. */
    private static final long LOCKED_BYTE = 1 << 20;

    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** How often a changed time of the file is looked into: on some systems it may change for no reason. */
    private static final int MAX_FRESH = 8;

    /** Channels that must stay open, because closing them would release the lock of another owner in this JVM. */
    private static final List<FileChannel> NEVER_CLOSED = new CopyOnWriteArrayList<>();

    /** Another owner holds the lock, or may hold it by now. */
    static final class NotOwnedException extends IOException {

        private static final long serialVersionUID = 1L;

        NotOwnedException(String message) {
            super(message);
        }
    }

    private static final String OPENING = "opening";

    private final String claim;
    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final boolean cleared;
    /** The identity of the file; null if the system does not provide it. */
    private @Nullable Object key;
    /** The time of the file's last change as this process has left it; null if unknown. */
    private volatile @Nullable FileTime modified;
    /** Further channels on the file, open until the release. */
    private final List<FileChannel> fresh = new CopyOnWriteArrayList<>();
    /** The content of the file as long as this process owns it. */
    private byte[] expected = new byte[0];

    private CheckpointLock(
            String claim, Path file, FileChannel channel, FileLock lock, @Nullable Object key, boolean cleared) {
        this.claim = claim;
        this.file = file;
        this.channel = channel;
        this.lock = lock;
        this.key = key;
        this.cleared = cleared;
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static String holder(@Nullable RunMarker marker) {
        if (marker == null) {
            return "another process";
        }
        return marker.process().isPresent()
                ? "process " + marker.pid() + " since " + marker.since()
                : "another process; the one named in the lock file, " + marker.pid() + " since " + marker.since()
                        + ", does not run here any more";
    }

    /** Called when the opening has finished its disk operations. */
    void opened() {
        System.getProperties().put(claim, "open");
    }

    /** Whether a run started and could not record it. */
    boolean wasCleared() {
        return cleared;
    }

    /** Acquires the lock or throws at once. */
    static CheckpointLock acquire(Path file) throws IOException {
        // The system properties are the only map that all class loaders of this JVM share.
        String claim = "io.github.shutdown4j.checkpoint:" + file;
        Object other = System.getProperties().putIfAbsent(claim, OPENING);
        if (other != null) {
            throw new NotOwnedException(
                    OPENING.equals(other)
                            ? "still being opened by this process, " + self() + ", in an earlier attempt that has not"
                                    + " returned from the disk"
                            : "in use by another store of this process, " + self());
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
        boolean existed = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(file, OPTIONS, NioFileSystem.ownerOnly(file));
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw new NotOwnedException("in use by " + holder(RunMarker.parse(read(channel))));
            }
            if (!existed) {
                NioFileSystem.giveToOwnerOfDirectory(file);
            }
            Object key = attributes(file).fileKey();
            boolean cleared = existed && channel.size() == 0;
            keep = true;
            return new CheckpointLock(claim, file, channel, lock, key, cleared);
        } catch (OverlappingFileLockException e) {
            keep = true;
            NEVER_CLOSED.add(channel);
            throw new NotOwnedException("in use by another store of this process, " + self());
        } finally {
            if (!keep) {
                channel.close();
            }
        }
    }

    /** Returns the marker in the file; null if the file is new or damaged. */
    @Nullable
    RunMarker marker() throws IOException {
        return RunMarker.parse(read(channel));
    }

    /**
     * Writes the marker of this run, or at least removes that of the previous run, which may be that of a clean end.
     */
    void markStart(RunMarker marker) throws IOException {
        try {
            mark(marker);
            expected = marker.identity();
            modified = attributes(file).lastModifiedTime();
        } catch (IOException e) {
            try {
                channel.truncate(0);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        } finally {
            if (expected.length == 0) {
                expected = read(channel);
            }
        }
    }

    /**
     * Checks that this process still owns the lock. It can be lost silently: if other code in this process closes the lock
     * file, if the file is deleted or the directory replaced, or on a file system whose locks others do not see.
     *
     * @throws NotOwnedException if another process may own the checkpoint now
     */
    void requireOwned() throws IOException {
        requireContent();
        BasicFileAttributes now;
        try {
            now = attributes(file);
        } catch (NoSuchFileException e) {
            throw new NotOwnedException("the lock was lost: the lock file was deleted, or its directory replaced");
        }
        if (!Objects.equals(key, now.fileKey())) {
            if (!nameStandsForOurFile()) {
                throw new NotOwnedException("the lock was lost: the lock file or its directory was replaced");
            }
            key = now.fileKey();
            modified = null;
        } else if (!now.lastModifiedTime().equals(modified)) {
            boolean byOther = modified != null;
            modified = now.lastModifiedTime();
            if (byOther && fresh.size() < MAX_FRESH) {
                // Some FUSE file systems show what others write only once the file has been opened again.
                fresh.add(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                requireContent();
            }
        }
    }

    private void requireContent() throws IOException {
        byte[] found = read(channel);
        if (!Arrays.equals(found, 0, Math.min(expected.length, found.length), expected, 0, expected.length)) {
            RunMarker other = RunMarker.parse(found);
            throw new NotOwnedException("the lock was lost: "
                    + (other == null
                            ? "the lock file was overwritten"
                            : "process " + other.pid() + " has taken the checkpoint at " + other.since()));
        }
    }

    /** Some file systems change inode numbers. Opening the file for a comparison would release the lock. */
    private boolean nameStandsForOurFile() throws IOException {
        long size = channel.size();
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
        boolean grown = Files.size(file) == size + 1;
        channel.truncate(size);
        return grown && Files.size(file) == size;
    }

    /** Writes the marker without forcing it to the disk. May be called concurrently: the last one wins. */
    void mark(RunMarker marker) throws IOException {
        modified = null;
        ByteBuffer bytes = ByteBuffer.wrap(marker.bytes());
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    void force() throws IOException {
        channel.force(false);
    }

    /** Releases the lock. */
    void release() throws IOException {
        try (channel) {
            lock.release();
        } finally {
            System.getProperties().remove(claim);
            for (FileChannel each : fresh) {
                each.close();
            }
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
        return "process " + OwnProcess.pid();
    }
}
