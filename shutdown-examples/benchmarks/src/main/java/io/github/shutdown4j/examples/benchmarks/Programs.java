package io.github.shutdown4j.examples.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs of the peers "now" and "earlier": the same sources, each with the jars of its version. */
final class Programs {

    static final String BARE = "the same JVM without us";
    static final String DATABIND = "without us, one write by databind";
    static final String JNA = "without us, a datagram by JNA when ready, and one by another thread at TERM";
    static final String READ = "without us, one write and one read by databind";
    static final String FLOOR = "without us, the same threads and handlers, and as many empty classes";
    static final String LOADED =
            "without us, the same threads and handlers; our classes loaded, none of their methods run";

    static final String STORED =
            "without us, a record written and read by databind, its file locked, forced and moved; the classes of a store"
                    + " loaded";
    static final String STORED_AT_EXIT =
            "without us, a record written and read by databind, its file locked, forced and moved; all our classes loaded";

    private final Peers peers;
    private final Path folder;

    private Programs(Peers peers, Path folder) {
        this.peers = peers;
        this.folder = folder;
    }

    /** Empty, with a remark in the report, if they have not been built. */
    static Optional<Programs> find(Run run) {
        if (!run.peers().has(Version.NOW.peer)) {
            run.report().remark("The programs are left out: build them with -Pbenchmarks.");
            return Optional.empty();
        }
        if (!run.peers().has(Version.EARLIER.peer)) {
            run.report().remark("The version " + Version.EARLIER.text + " is left out: needs the git history.");
        }
        return Optional.of(new Programs(run.peers(), run.folder()));
    }

    /** The versions that are there. */
    List<Version> versions() {
        return peers.has(Version.EARLIER.peer) ? List.of(Version.values()) : List.of(Version.NOW);
    }

    boolean hasEarlier() {
        return versions().size() > 1;
    }

    Program bare(int settleMillis) throws IOException {
        return program(Version.NOW, BARE, "Bare", settleMillis, "nothing");
    }

    Program databind(int settleMillis) throws IOException {
        return program(Version.NOW, DATABIND, "Bare", settleMillis, "databind");
    }

    Program jna(int settleMillis) throws IOException {
        return program(Version.NOW, JNA, "Bare", settleMillis, "jna");
    }

    Program read(int settleMillis) throws IOException {
        return program(Version.NOW, READ, "Bare", settleMillis, "read");
    }

    /** The minimum cost of a program with a coordinator and that many classes. */
    Program floor(int settleMillis, LoadedClasses classes) throws IOException {
        Path jar = folder.resolve("floor.jar");
        List<String> names = FloorJar.write(jar, classes.whenQuiet().size());
        Program program = loading(FLOOR, settleMillis, classes, names);
        return new Program(FLOOR, program.classPath() + File.pathSeparator + jar, program.main(), program.args());
    }

    /** The minimum cost of a program with a coordinator and its classes, but not of what they do. */
    Program loaded(int settleMillis, LoadedClasses classes) throws IOException {
        return loading(LOADED, settleMillis, classes, classes.whenQuiet());
    }

    /** The minimum cost of a store alone, with its classes. */
    Program stored(LoadedClasses classes) throws IOException {
        return storing(STORED, "stored", classes);
    }

    /** The minimum cost of a coordinator with a store, with all classes that they load, but without its threads. */
    Program storedAtExit(LoadedClasses classes) throws IOException {
        return storing(STORED_AT_EXIT, "stored-at-exit", classes);
    }

    private Program storing(String name, String file, LoadedClasses classes) throws IOException {
        List<String> args = new ArrayList<>(List.of(file(Version.NOW, file)));
        args.addAll(classes.whenQuiet());
        return program(Version.NOW, name, "Stored", 0, args.toArray(String[]::new));
    }

    private Program loading(String name, int settleMillis, LoadedClasses classes, List<String> names)
            throws IOException {
        List<String> args = new ArrayList<>();
        args.add(Integer.toString(classes.untilReady().size()));
        args.addAll(names);
        return program(Version.NOW, name, "Floor", settleMillis, args.toArray(String[]::new));
    }

    Program coordinator(Version version, int settleMillis) throws IOException {
        return program(version, version.text, "Coordinated", settleMillis, "nothing");
    }

    Program listener(Version version, int settleMillis) throws IOException {
        return program(version, version.text + " with the systemd listener", "Coordinated", settleMillis, "listener");
    }

    Program store(Version version, int settleMillis) throws IOException {
        String file = file(version, "store");
        return program(version, version.text + " with a store", "Coordinated", settleMillis, "store", file);
    }

    Program firstSave(Version version, int settleMillis) throws IOException {
        String name = version.text + ", a store alone: open, load, save";
        return program(version, name, "FirstSave", settleMillis, file(version, "first"));
    }

    /** Any other program. */
    Program other(Version version, String main, String... args) throws IOException {
        return new Program(version.text, peers.classPath(version.peer), main, List.of(args));
    }

    /** A file of this version only. */
    String file(Version version, String name) {
        return folder.resolve(version.peer + "-" + name + ".json").toString();
    }

    private Program program(Version version, String name, String main, int settleMillis, String... args)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(Integer.toString(settleMillis)));
        all.addAll(List.of(args));
        return new Program(name, peers.classPath(version.peer), main, all);
    }
}
