package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the costs of shutdown4j and of other libraries. See docs/benchmarks.md.
 *
 * <pre>
 * java -jar benchmarks.jar short FOLDER           all parts, a few minutes
 * java -jar benchmarks.jar full FOLDER            all parts, about half an hour
 * java -jar benchmarks.jar PART FOLDER [short]    one part
 * java -jar benchmarks.jar docs DOCS FOLDER...    turns the runs in the folders, one of each JDK, into docs/benchmarks.md
 * </pre>
 *
 * The folder, on the disk to be measured, gets benchmarks.json and benchmarks.html. Results of other parts in it are
 * kept.
 */
public final class Benchmarks {

    /** A part that can be measured separately. */
    interface Part {
        void run(Run run) throws Exception;
    }

    private static final Map<String, Part> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("tracker", TrackerPart::run);
        PARTS.put("drain", DrainPart::run);
        PARTS.put("release", ReleasePart::run);
        PARTS.put("process", ProcessPart::run);
        PARTS.put("life", LifePart::run);
        PARTS.put("memory", MemoryPart::run);
        PARTS.put("idle", IdlePart::run);
        PARTS.put("checkpoint", CheckpointPart::run);
        PARTS.put("state", StatePart::run);
        PARTS.put("archive", ArchivePart::run);
        PARTS.put("requests", RequestsPart::run);
        PARTS.put("systemd", SystemdPart::run);
    }

    private Benchmarks() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("java.awt.headless", "true");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        if (args.length > 2 && args[0].equals("docs")) {
            List<Path> folders = Arrays.stream(args).skip(2).map(Path::of).toList();
            DocsPage.write(Path.of(args[1]), folders);
            return;
        }
        Optional<List<String>> parts = args.length < 2 || args.length > 3 ? Optional.empty() : parts(args[0]);
        if (parts.isEmpty() || (args.length == 3 && !args[2].equals("short"))) {
            System.err.println(
                    "usage: java -jar benchmarks.jar short|full|PART FOLDER [short], or docs DOCS FOLDER...; parts: "
                            + String.join(", ", PARTS.keySet()));
            System.exit(2);
            return;
        }
        boolean full = !Arrays.asList(args).contains("short");
        Path folder = Files.createDirectories(Path.of(args[1]).toAbsolutePath());
        Peers peers = Peers.find();
        Report report = new Report(Machine.describe(folder, peers));
        Run run = new Run(full, folder, peers, report);
        boolean complete = true;
        for (String part : parts.get()) {
            long begin = System.nanoTime();
            boolean ended = ended(part, run);
            complete &= ended;
            System.out.println(part + " has taken " + (System.nanoTime() - begin) / 1_000_000_000 + " s");
            report.write(folder); // a later part may be stopped
        }
        System.out.println(folder.resolve("benchmarks.html"));
        System.exit(complete ? 0 : 1); // even if a measurement has left a thread running
    }

    /** Runs a part; if it fails, the report says so, and the others still run. */
    private static boolean ended(String part, Run run) throws InterruptedException {
        try {
            PARTS.get(part).run(run);
            return true;
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception failure) {
            run.report().remark("The part " + part + " has failed: " + failure);
            failure.printStackTrace();
            return false;
        }
    }

    private static Optional<List<String>> parts(String what) {
        if (what.equals("short") || what.equals("full")) {
            return Optional.of(List.copyOf(PARTS.keySet()));
        }
        return PARTS.containsKey(what) ? Optional.of(List.of(what)) : Optional.empty();
    }
}
