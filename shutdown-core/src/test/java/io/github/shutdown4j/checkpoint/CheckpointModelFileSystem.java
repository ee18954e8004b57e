package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A directory in memory that records all operations, from which {@link PowerCuts} derives every state that a power cut may
 * leave.
 */
public final class CheckpointModelFileSystem implements CheckpointFileSystem {

    /** Makes the store use this directory. */
    public <T> CheckpointStoreBuilder<T> hold(CheckpointStoreBuilder<T> store) {
        return store.disk(this);
    }

    /** The content of a file, apart from its names. */
    public static final class Inode {
        byte[] bytes = new byte[0];
    }

    public sealed interface Op {}

    public record Create(String name, Inode inode) implements Op {}

    public record Write(Inode inode, byte[] bytes) implements Op {}

    public record Patch(Inode inode, int position, byte[] bytes) implements Op {}

    public record Force(Inode inode) implements Op {}

    public record Close(Inode inode) implements Op {}

    public record Access(String name) implements Op {}

    public record Link(String name, Inode inode) implements Op {}

    public record Move(String from, String to, Inode inode) implements Op {}

    public record Delete(String name) implements Op {}

    public record ForceDirectory() implements Op {}

    /** Added by the test: from here on this generation has been acknowledged to the caller. */
    public record Acknowledged(int generation) implements Op {}

    final Map<String, Inode> names = new TreeMap<>();
    final List<Op> log = new ArrayList<>();
    /** May throw, before the operation has any effect. */
    public FaultHook fault = op -> {};
    /** Whether the file system has hard links; FAT has none. */
    boolean hasLinks = true;

    public interface FaultHook {
        void before(Op op) throws IOException;
    }

    private void record(Op op) throws IOException {
        fault.before(op);
        log.add(op);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private Inode inode(Path file) throws IOException {
        Inode inode = names.get(name(file));
        if (inode == null) {
            throw new NoSuchFileException(file.toString());
        }
        return inode;
    }

    @Override
    public Entry stat(Path file) {
        Inode inode = names.get(name(file));
        return inode == null ? null : new Entry(true, inode.bytes.length);
    }

    @Override
    public NewFile create(Path file) throws IOException {
        requireFree(file);
        Inode inode = new Inode();
        record(new Create(name(file), inode));
        names.put(name(file), inode);
        return new NewFile() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                // A short write, as a disk may do.
                byte[] some = new byte[(bytes.remaining() + 1) / 2];
                bytes.duplicate().get(some);
                record(new Write(inode, some));
                bytes.position(bytes.position() + some.length);
                inode.bytes = append(inode.bytes, some);
            }

            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                byte[] some = new byte[bytes.remaining()];
                bytes.get(some);
                record(new Patch(inode, (int) position, some));
                inode.bytes = patched(inode.bytes, (int) position, some);
            }

            @Override
            public void force() throws IOException {
                record(new Force(inode));
            }

            @Override
            public void close() throws IOException {
                record(new Close(inode));
            }
        };
    }

    private void requireFree(Path file) throws IOException {
        if (names.containsKey(name(file))) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    static byte[] patched(byte[] whole, int position, byte[] bytes) {
        byte[] patched = whole.clone();
        System.arraycopy(bytes, 0, patched, position, bytes.length);
        return patched;
    }

    static byte[] append(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Override
    public String copyAccess(Path model, Path copy) throws IOException {
        record(new Access(name(copy)));
        return null;
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        requireFree(link);
        if (!hasLinks) {
            throw new FileSystemException(link.toString(), existing.toString(), "Operation not permitted");
        }
        Inode inode = inode(existing);
        record(new Link(name(link), inode));
        names.put(name(link), inode);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Inode inode = inode(from);
        record(new Move(name(from), name(to), inode));
        apply(new Move(name(from), name(to), inode), names);
    }

    @Override
    public OpenDirectory openDirectory(Path directory) {
        return new OpenDirectory() {
            private boolean open = true;
            private boolean failed;

            @Override
            public void force() throws IOException {
                if (!open) {
                    throw new ClosedChannelException();
                }
                if (failed) {
                    return; // Linux reports a failure once; what was lost stays lost
                }
                failed = true;
                record(new ForceDirectory());
                failed = false;
            }

            @Override
            public void close() {
                open = false;
            }
        };
    }

    @Override
    public void delete(Path file) throws IOException {
        record(new Delete(name(file)));
        names.remove(name(file));
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        byte[] bytes = inode(file).bytes;
        return new OpenFile() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer into, long position) {
                if (position >= bytes.length) {
                    return -1;
                }
                int count = Math.min(into.remaining(), bytes.length - (int) position);
                into.put(bytes, (int) position, count);
                return count;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<String> list(Path directory) {
        return List.copyOf(names.keySet());
    }

    @Override
    public String sharedPermissions(Path file) {
        return null;
    }

    @Override
    public void forceFile(Path file) throws IOException {
        record(new Force(inode(file)));
    }

    static void apply(Op op, Map<String, Inode> names) {
        if (op instanceof Create create) {
            names.put(create.name(), create.inode());
        } else if (op instanceof Link link) {
            names.put(link.name(), link.inode());
        } else if (op instanceof Delete delete) {
            names.remove(delete.name());
        } else if (op instanceof Move move && names.get(move.to()) != move.inode()) {
            // Like rename(2): between two names of one file it changes nothing.
            names.remove(move.from());
            names.put(move.to(), move.inode());
        }
    }

    /** The whole directory; temporary names are random, so only their order identifies them. */
    String text() {
        StringBuilder text = new StringBuilder();
        names.forEach((name, inode) -> text.append(name.replaceFirst("tmp-.*", "tmp"))
                .append('=')
                .append(Arrays.hashCode(inode.bytes))
                .append(';'));
        return text.toString();
    }
}
