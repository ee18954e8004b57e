package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A directory in memory that records all operations and then enumerates every state that a power cut may leave. The
 * rules are the worst case of POSIX: until a file is forced, its writes may be present in part, as zeros or not at all;
 * of the renames since the directory was last forced, any subset may be present; each rename is atomic.
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

    private static byte[] patched(byte[] whole, int position, byte[] bytes) {
        byte[] patched = whole.clone();
        System.arraycopy(bytes, 0, patched, position, bytes.length);
        return patched;
    }

    private static byte[] append(byte[] a, byte[] b) {
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
            @Override
            public void force() throws IOException {
                record(new ForceDirectory());
            }

            @Override
            public void close() {}
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
    public String permissions(Path file) {
        return null;
    }

    @Override
    public void forceFile(Path file) throws IOException {
        record(new Force(inode(file)));
    }

    private static void apply(Op op, Map<String, Inode> names) {
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

    /**
     * Calls {@code check} with every directory that a power cut anywhere in {@code log} may leave, and with the
     * generation acknowledged by then. Returns the number of different directories.
     */
    static int eachCut(List<Op> log, CutCheck check) throws Exception {
        Set<String> seen = new LinkedHashSet<>();
        for (int cut = 0; cut <= log.size(); cut++) {
            List<Op> done = log.subList(0, cut);
            int acknowledged = done.stream()
                    .mapToInt(op -> op instanceof Acknowledged a ? a.generation() : 0)
                    .max()
                    .orElse(0);
            Map<Inode, List<byte[]>> contents = contents(done);
            for (Map<String, Inode> names : directories(done)) {
                eachContent(names, contents, disk -> {
                    if (seen.add(acknowledged + disk.text())) {
                        check.check(disk, acknowledged);
                    }
                });
            }
        }
        return seen.size();
    }

    interface CutCheck {
        void check(CheckpointModelFileSystem disk, int acknowledged) throws Exception;
    }

    /** Every subset of the renames that were not forced yet. */
    private static List<Map<String, Inode>> directories(List<Op> done) {
        Map<String, Inode> durable = new TreeMap<>();
        List<Op> pending = new ArrayList<>();
        for (Op op : done) {
            if (op instanceof ForceDirectory) {
                pending.forEach(p -> apply(p, durable));
                pending.clear();
            } else if (op instanceof Create || op instanceof Link || op instanceof Move || op instanceof Delete) {
                pending.add(op);
            }
        }
        List<Map<String, Inode>> all = new ArrayList<>();
        for (int selection = 0; selection < 1 << pending.size(); selection++) {
            Map<String, Inode> names = new TreeMap<>(durable);
            for (int i = 0; i < pending.size(); i++) {
                if ((selection & 1 << i) != 0) {
                    apply(pending.get(i), names);
                }
            }
            all.add(names);
        }
        return all;
    }

    /** The possible contents of each file: all of it if forced after the last write, otherwise also less, or zeros. */
    private static Map<Inode, List<byte[]>> contents(List<Op> done) {
        Map<Inode, byte[]> written = new LinkedHashMap<>();
        Map<Inode, byte[]> forced = new LinkedHashMap<>();
        for (Op op : done) {
            if (op instanceof Create create) {
                written.put(create.inode(), new byte[0]);
            } else if (op instanceof Write write) {
                written.merge(write.inode(), write.bytes(), CheckpointModelFileSystem::append);
            } else if (op instanceof Patch patch) {
                written.compute(patch.inode(), (inode, whole) -> patched(whole, patch.position(), patch.bytes()));
            } else if (op instanceof Force force) {
                forced.put(force.inode(), written.get(force.inode()));
            }
        }
        Map<Inode, List<byte[]>> contents = new LinkedHashMap<>();
        written.forEach((inode, bytes) -> contents.put(
                inode,
                forced.get(inode) == bytes
                        ? List.of(bytes)
                        : List.of(bytes, new byte[0], new byte[bytes.length], Arrays.copyOf(bytes, bytes.length / 2))));
        return contents;
    }

    private interface DiskConsumer {
        void accept(CheckpointModelFileSystem disk) throws Exception;
    }

    private static void eachContent(Map<String, Inode> names, Map<Inode, List<byte[]>> contents, DiskConsumer consumer)
            throws Exception {
        List<Inode> reachable = names.values().stream().distinct().toList();
        int combinations = 1;
        for (Inode inode : reachable) {
            combinations *= contents.get(inode).size();
        }
        for (int combination = 0; combination < combinations; combination++) {
            int rest = combination;
            Map<Inode, Inode> copies = new LinkedHashMap<>();
            for (Inode inode : reachable) {
                List<byte[]> choices = contents.get(inode);
                Inode copy = new Inode();
                copy.bytes = choices.get(rest % choices.size());
                rest /= choices.size();
                copies.put(inode, copy);
            }
            CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
            names.forEach((name, inode) -> disk.names.put(name, copies.get(inode)));
            consumer.accept(disk);
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
