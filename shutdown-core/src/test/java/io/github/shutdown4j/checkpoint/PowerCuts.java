package io.github.shutdown4j.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Acknowledged;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Create;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Delete;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Force;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.ForceDirectory;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Inode;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Link;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Move;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Op;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Patch;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Write;

/**
 * Every state in which a power cut may leave a directory. Until a file is forced, its writes may be present in part, as zeros
 * or not at all; of the changes of names since the directory was last forced, any subset may be present.
 */
final class PowerCuts {

    /** What a rename does to the content that was forced before. */
    enum Rename {
        /** Nothing: the worst case of POSIX. */
        KEEPS_CONTENT,
        /** It may be lost until the file is forced under its new name, as on vfat. */
        MAY_LOSE_CONTENT
    }

    /** Receives each state. */
    interface Check {

        /**
         * Checks one state.
         *
         * @param acknowledged the last generation whose save had returned before the cut
         * @param idle whether no other save had begun since
         */
        void check(CheckpointModelFileSystem disk, int acknowledged, boolean idle) throws Exception;
    }

    private final List<Op> done;
    private final Rename rename;
    private final Map<Inode, byte[]> written = new LinkedHashMap<>();
    private final Map<Inode, byte[]> forced = new LinkedHashMap<>();
    /** The name under which a file was forced last. */
    private final Map<Inode, String> forcedAs = new LinkedHashMap<>();

    private PowerCuts(List<Op> done, Rename rename) {
        this.done = done;
        this.rename = rename;
    }

    /** Checks the state after a cut at any point of {@code log}; returns the number of different states. */
    static int each(List<Op> log, Rename rename, Check check) throws Exception {
        Set<String> seen = new LinkedHashSet<>();
        for (int cut = 0; cut <= log.size(); cut++) {
            List<Op> done = log.subList(0, cut);
            int acknowledged = done.stream()
                    .mapToInt(op -> op instanceof Acknowledged a ? a.generation() : 0)
                    .max()
                    .orElse(0);
            boolean idle = cut > 0 && log.get(cut - 1) instanceof Acknowledged;
            PowerCuts cuts = new PowerCuts(done, rename);
            cuts.replayContents();
            for (Map<String, Inode> names : cuts.directories()) {
                cuts.eachContent(names, disk -> {
                    if (seen.add(acknowledged + " " + idle + disk.text())) {
                        check.check(disk, acknowledged, idle);
                    }
                });
            }
        }
        return seen.size();
    }

    /** Every subset of the changes of names that were not forced yet. */
    private List<Map<String, Inode>> directories() {
        Map<String, Inode> durable = new TreeMap<>();
        List<Op> pending = new ArrayList<>();
        for (Op op : done) {
            if (op instanceof ForceDirectory) {
                pending.forEach(p -> CheckpointModelFileSystem.apply(p, durable));
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
                    CheckpointModelFileSystem.apply(pending.get(i), names);
                }
            }
            all.add(names);
        }
        return all;
    }

    private void replayContents() {
        Map<String, Inode> names = new TreeMap<>();
        for (Op op : done) {
            CheckpointModelFileSystem.apply(op, names);
            if (op instanceof Create create) {
                written.put(create.inode(), new byte[0]);
            } else if (op instanceof Write write) {
                written.merge(write.inode(), write.bytes(), CheckpointModelFileSystem::append);
            } else if (op instanceof Patch patch) {
                written.compute(
                        patch.inode(),
                        (inode, whole) -> CheckpointModelFileSystem.patched(whole, patch.position(), patch.bytes()));
            } else if (op instanceof Force force) {
                forced.put(force.inode(), written.get(force.inode()));
                forcedAs.put(force.inode(), nameOf(force.inode(), names));
            }
        }
    }

    private static String nameOf(Inode inode, Map<String, Inode> names) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue() == inode)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** The possible contents of a file: all of it if that is durable, otherwise also less, or zeros. */
    private List<byte[]> contents(Inode inode, Map<String, Inode> names) {
        byte[] whole = written.get(inode);
        boolean durable = forced.get(inode) == whole
                && (rename == Rename.KEEPS_CONTENT || nameOf(inode, names).equals(forcedAs.get(inode)));
        return durable
                ? List.of(whole)
                : List.of(whole, new byte[0], new byte[whole.length], Arrays.copyOf(whole, whole.length / 2));
    }

    private interface DiskConsumer {
        void accept(CheckpointModelFileSystem disk) throws Exception;
    }

    private void eachContent(Map<String, Inode> names, DiskConsumer consumer) throws Exception {
        Map<Inode, List<byte[]>> contents = new LinkedHashMap<>();
        int combinations = 1;
        for (Inode inode : names.values()) {
            if (!contents.containsKey(inode)) {
                contents.put(inode, contents(inode, names));
                combinations *= contents.get(inode).size();
            }
        }
        for (int combination = 0; combination < combinations; combination++) {
            int rest = combination;
            Map<Inode, Inode> copies = new LinkedHashMap<>();
            for (Map.Entry<Inode, List<byte[]>> each : contents.entrySet()) {
                List<byte[]> choices = each.getValue();
                Inode copy = new Inode();
                copy.bytes = choices.get(rest % choices.size());
                rest /= choices.size();
                copies.put(each.getKey(), copy);
            }
            CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
            names.forEach((name, inode) -> disk.names.put(name, copies.get(inode)));
            consumer.accept(disk);
        }
    }
}
