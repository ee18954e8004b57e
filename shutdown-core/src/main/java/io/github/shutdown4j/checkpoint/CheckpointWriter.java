package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;

/**
 * Replaces a checkpoint in an order that is safe against crashes and power cuts: write all bytes to a new file, force it,
 * link the current file as the previous one, rename the new file over the current one. The directory is forced afterwards,
 * by {@link #forceDirectory}, because a failure there leaves the new state in place.
 */
final class CheckpointWriter {

    /** The maximum time that a reader on Windows or on a CIFS mount can prevent the replacement. */
    private static final Duration REPLACE_RETRY_LIMIT = Duration.ofSeconds(2);

    private static final Duration REPLACE_RETRY_INTERVAL = Duration.ofMillis(20);

    private final ComponentLogger log;
    private final CheckpointPaths files;
    private final CheckpointFileSystem disk;
    private final Ticker ticker;
    private final int generations;
    private final CheckpointWorker worker;
    /** Direct, to avoid another copy. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 17);

    /** Opened just after a rename in it, when its name is known to stand for it; null before and after a failure. */
    private CheckpointFileSystem.@Nullable OpenDirectory directory;

    /** Whether the previous file may be another name of the current one, because an earlier run has ended between two steps. */
    private boolean previousMayBeCurrent = true;
    /** Whether the previous file is the current one, because a save has failed since: keeping it again would drop an older one. */
    private boolean previousIsCurrent;
    /** Whether the file system has no hard links, as FAT, where data forced under another name can be lost with that name. */
    private boolean withoutLinks;

    private boolean warned;
    private boolean permissionsSeen;
    private boolean reportedLostAccess;

    CheckpointWriter(CheckpointPaths files, CheckpointSettings<?> settings, CheckpointWorker worker) {
        this.log = settings.log();
        this.files = files;
        this.disk = settings.disk();
        this.ticker = settings.ticker();
        this.generations = settings.generations();
        this.worker = worker;
    }

    /** A check before the new file replaces the current one. */
    interface Precondition {
        void check(Path newFile) throws IOException;
    }

    /** The content to write. */
    interface Content {
        void writeTo(CheckpointOutput out) throws Exception;

        static Content of(ByteBuffer... parts) {
            return new Parts(List.of(parts));
        }
    }

    private record Parts(List<ByteBuffer> parts) implements Content {
        @Override
        public void writeTo(CheckpointOutput out) throws IOException {
            for (ByteBuffer part : parts) {
                out.write(part);
            }
        }
    }

    /** Returns with the new content in place, perhaps not durable yet; throws with the old one in place. */
    void replace(Content content, Precondition condition) throws Exception {
        Path temporary = files.temporary();
        try {
            writeAndForce(temporary, content);
            condition.check(temporary);
            if (generations > 0 && !previousIsCurrent) {
                keepPrevious();
            }
            worker.step("rename the new file to " + files.name());
            move(temporary, files.target());
            previousIsCurrent = false;
        } catch (Throwable e) {
            discard(temporary, e);
            throw e;
        }
    }

    void forceDirectory() throws IOException {
        if (withoutLinks) {
            worker.step("force the renamed files", true);
            disk.forceFile(files.target());
            for (int age = 1; age <= generations; age++) { // each save renames all of them
                if (disk.stat(files.previous(age)) != null) {
                    disk.forceFile(files.previous(age));
                }
            }
        }
        worker.step("force the directory", true);
        CheckpointFileSystem.OpenDirectory open = directory;
        if (open == null) {
            open = disk.openDirectory(files.directory());
            directory = open;
        }
        try {
            open.force();
        } catch (IOException | RuntimeException | Error e) {
            // Forcing it again could succeed although something was lost.
            close(e);
            throw e;
        }
    }

    /** Closes the directory. The writer remains usable. */
    void close() throws IOException {
        CheckpointFileSystem.OpenDirectory open = directory;
        directory = null;
        if (open != null) {
            open.close();
        }
    }

    private void close(Throwable because) {
        try {
            close();
        } catch (IOException | RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    /** Performs all operations of a save on scratch files, to load the code and to detect problems early. */
    void rehearse() throws Exception {
        ByteBuffer state = ByteBuffer.wrap(new byte[] {'{', '}'});
        Path first = files.temporary();
        Path second = files.temporaryLink();
        try {
            writeAndForce(first, Content.of(CheckpointEnvelope.compose(0, 0, ticker.now(), false, state)));
            worker.step("link a new file");
            try {
                disk.link(first, second);
            } catch (IOException | UnsupportedOperationException e) {
                reportNoLinks(e);
            }
            worker.step("rename a new file");
            Path third = files.temporary();
            disk.move(first, third);
            worker.step("delete a new file");
            disk.delete(third);
            disk.delete(second);
            worker.step("force the directory");
            disk.forceDirectory(files.directory());
        } catch (Throwable e) {
            discard(first, e);
            discard(second, e);
            throw e;
        }
    }

    private void writeAndForce(Path file, Content content) throws Exception {
        worker.step("create the new file");
        try (CheckpointFileSystem.NewFile out = disk.create(file)) {
            worker.step("write the new file");
            CheckpointOutput output = new CheckpointOutput(out, buffer);
            content.writeTo(output);
            output.drain();
            if (!permissionsSeen) {
                permissionsSeen = true;
                worker.step("look at the permissions of a new file");
                warnOfSharedPermissions(file);
            }
            worker.step("copy the permissions");
            copyAccess(file);
            worker.step("force the new file");
            out.force();
            worker.step("close the new file");
        }
    }

    private void warnOfSharedPermissions(Path created) throws IOException {
        String permissions = disk.sharedPermissions(created);
        if (permissions != null) {
            log.warn(
                    "this file system does not keep permissions: files are {} although rw------- was requested, so"
                            + " others can read the state; restrict the directory or the mount",
                    permissions);
        }
    }

    private void copyAccess(Path copy) throws IOException {
        String lost = disk.copyAccess(files.target(), copy);
        if (lost != null && !reportedLostAccess) {
            reportedLostAccess = true;
            log.warn("the file loses access rights: {}", lost);
        }
    }

    /** If the previous generation cannot be kept, logs a warning and continues with the save. */
    private void keepPrevious() {
        try {
            worker.step("keep the previous file");
            for (int age = generations - 1; age >= 1; age--) {
                if (disk.stat(files.previous(age)) != null) {
                    disk.move(files.previous(age), files.previous(age + 1));
                }
            }
            // Always the same name: some overlay file systems leave a whiteout for each name that was linked and
            // renamed.
            Path temporary = files.temporaryLink();
            try {
                linkOrCopy(temporary);
                disk.move(temporary, files.previous(1));
                if (previousMayBeCurrent) {
                    // Renaming one name of a file to another name of the same file leaves both.
                    disk.delete(temporary);
                }
                previousMayBeCurrent = false;
                previousIsCurrent = true;
            } catch (Throwable e) {
                discard(temporary, e);
                throw e;
            }
        } catch (NoSuchFileException e) {
            // The first save: there is no file yet.
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                log.warn("cannot keep the previous generation", e);
            }
        }
    }

    private void linkOrCopy(Path name) throws IOException {
        try {
            linkTarget(name);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            reportNoLinks(e);
            copyTarget(name);
        }
    }

    private void linkTarget(Path name) throws IOException {
        try {
            disk.link(files.target(), name);
        } catch (FileAlreadyExistsException e) {
            disk.delete(name);
            disk.link(files.target(), name);
        }
    }

    private void copyTarget(Path copy) throws IOException {
        worker.step("copy the previous file");
        try (CheckpointFileSystem.OpenFile in = disk.open(files.target());
                CheckpointFileSystem.NewFile out = disk.create(copy)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 14);
            CheckpointOutput output = new CheckpointOutput(out, buffer);
            long position = 0;
            for (int count = in.read(block, 0); count >= 0; count = in.read(block, position)) {
                position += count;
                output.write(block.flip());
                block.clear();
            }
            output.drain();
            copyAccess(copy);
            out.force();
        }
    }

    private void reportNoLinks(Exception why) {
        if (!withoutLinks) {
            withoutLinks = true;
            log.info(
                    "no hard links here, the previous generation is copied, and files are forced twice: {}",
                    Failures.firstLine(why));
        }
    }

    private void move(Path from, Path to) throws IOException {
        Deadline deadline = Deadline.after(ticker, REPLACE_RETRY_LIMIT);
        while (true) {
            try {
                disk.move(from, to);
                return;
            } catch (AccessDeniedException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            new Sleeper(ticker).sleep(REPLACE_RETRY_INTERVAL);
        } catch (InterruptedException e) {
            throw new IllegalStateException("this thread is never interrupted", e);
        }
    }

    private void discard(Path file, Throwable because) {
        try {
            disk.delete(file);
        } catch (IOException | RuntimeException e) {
            because.addSuppressed(e);
        }
    }
}
