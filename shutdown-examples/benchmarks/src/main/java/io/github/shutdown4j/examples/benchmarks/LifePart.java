package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process from its start to its exit: the processor and wall time until it is ready, the total processor time, and
 * the time from TERM to STOPPING=1 and to the exit.
 */
final class LifePart {

    private static final String PART = "life";
    private static final double QUIET_MILLIS = 3;
    private static final int POLL_MILLIS = 100;
    private static final int MAX_POLLS = 30;

    private final Run run;
    private final Programs programs;

    private LifePart(Run run, Programs programs) {
        this.run = run;
        this.programs = programs;
    }

    /** One run, in milliseconds; {@code toStopping} is NaN if nothing was sent. */
    private record Life(double ready, double readyProcessor, double toStopping, double toExit, double exitProcessor) {}

    static void run(Run run) throws Exception {
        var programs = Programs.find(run);
        if (programs.isPresent()) {
            new LifePart(run, programs.get()).run();
        }
    }

    private void run() throws Exception {
        LoadedClasses classes = LoadedClasses.of(run, programs.coordinator(Version.NOW, 0));
        classes(classes);
        List<Program> all = new ArrayList<>(List.of(
                programs.bare(0),
                programs.databind(0),
                programs.read(0),
                programs.jna(0),
                programs.floor(0, classes),
                programs.loaded(0, classes),
                programs.storedAtExit(LoadedClasses.of(run, programs.store(Version.NOW, 0)))));
        for (Version version : programs.versions()) {
            all.add(programs.coordinator(version, 0));
            all.add(programs.listener(version, 0));
            all.add(programs.store(version, 0));
        }
        Path socket = Files.createTempDirectory("notify").resolve("socket"); // its path must be short
        try (DatagramSink sink = DatagramSink.at(socket)) {
            Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "30000000");
            Turns<Life> turns = new Turns<>();
            for (Program program : all) {
                turns.add(program.name(), () -> live(program, environment, sink, true));
            }
            report(turns.run(1, run.rounds(15, 5)));
            Turns<Life> atOnce = new Turns<>();
            Program jna = programs.jna(0);
            atOnce.add(jna.name(), () -> live(jna, environment, sink, false));
            for (Version version : programs.versions()) {
                Program listener = programs.listener(version, 0);
                atOnce.add(listener.name(), () -> live(listener, environment, sink, false));
            }
            Map<String, List<Life>> lives = atOnce.run(1, run.rounds(15, 7));
            stopping("right after ready", Sample.each(lives, Life::toStopping), Sample.each(lives, Life::toExit));
            firstOpen(environment, sink);
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        }
    }

    private static Life live(Program program, Map<String, String> environment, DatagramSink sink, boolean settled)
            throws Exception {
        double childrenBefore = ProcessorTime.ofEndedChildren();
        try (Child child = program.start(environment, List.of())) {
            child.await("READY");
            double ready = child.millisSinceStart();
            double readyProcessor = ProcessorTime.ofProcess(child.pid());
            if (settled) {
                settle(child.pid());
            }
            long term = child.term();
            double toExit = (child.awaitExit() - term) / 1e6;
            double exitProcessor = ProcessorTime.ofEndedChildren() - childrenBefore;
            double toStopping = sends(program) ? (sink.awaitNext("STOPPING=1") - term) / 1e6 : Double.NaN;
            return new Life(ready, readyProcessor, toStopping, toExit, exitProcessor);
        }
    }

    /** Whether the program notifies systemd. */
    private static boolean sends(Program program) {
        return program.args().contains("listener") || program.args().contains("jna");
    }

    /** Waits until the work of a program right after it is ready is over. */
    static void settle(long pid) throws InterruptedException {
        double before = ProcessorTime.ofProcess(pid);
        int quiet = 0;
        for (int polls = 0; polls < MAX_POLLS && quiet < 3; polls++) {
            Thread.sleep(POLL_MILLIS);
            double now = ProcessorTime.ofProcess(pid);
            quiet = now - before < QUIET_MILLIS ? quiet + 1 : 0;
            before = now;
        }
    }

    private void report(Map<String, List<Life>> lives) throws Exception {
        Map<String, Sample> ready = Sample.each(lives, Life::ready);
        Map<String, Sample> readyProcessor = Sample.each(lives, Life::readyProcessor);
        Map<String, Sample> exitProcessor = Sample.each(lives, Life::exitProcessor);
        Map<String, Sample> toExit = Sample.each(lives, Life::toExit);
        Map<String, Sample> toStopping = Sample.each(lives, Life::toStopping);

        more(Stretch.TO_READY.group(), readyProcessor, Double.NaN);
        ratios(Stretch.TO_READY, readyProcessor);
        more(Stretch.TO_EXIT.group(), exitProcessor, Double.NaN);
        ratios(Stretch.TO_EXIT, exitProcessor);
        more("start to ready", ready, 25);
        more("TERM to exit", toExit, 5);
        String now = programs.listener(Version.NOW, 0).name();
        stopping("once settled", toStopping, toExit);
        claim("start with the watchdog of systemd", now, ready.get(now).less(ready.get(Programs.BARE)), 100);
        claim("shutdown, TERM to exit, nothing in flight", now, toExit.get(now), 5_000);
    }

    /** The part of a life whose processor time is measured. */
    private enum Stretch {
        TO_READY("start to ready"),
        TO_EXIT("start to exit");

        private final String text;

        Stretch(String text) {
            this.text = text;
        }

        String group() {
            return "processor time, " + text;
        }
    }

    /**
     * The difference of each to the JVM without the library.
     *
     * @param bar for the coordinator; NaN for none
     */
    private void more(String group, Map<String, Sample> samples, double bar) throws Exception {
        Sample bare = samples.get(Programs.BARE);
        String coordinator = programs.coordinator(Version.NOW, 0).name();
        for (Map.Entry<String, Sample> entry : samples.entrySet()) {
            String name = entry.getKey();
            if (!name.equals(Programs.BARE)) {
                Row row = Row.of(
                        PART, group, name, Programs.BARE, "ms", entry.getValue().less(bare));
                run.report().add(name.equals(coordinator) ? row.bar(bar) : row);
            }
        }
    }

    /** The cost of this version in relation to that of the earlier version and to the minimum. */
    private void ratios(Stretch stretch, Map<String, Sample> samples) throws Exception {
        Sample bare = samples.get(Programs.BARE);
        Sample databind = samples.get(Programs.DATABIND);
        List<Comparison> comparisons = List.of(
                new Comparison(
                        "the coordinator", programs::coordinator, List.of(Programs.FLOOR, Programs.LOADED), bare, 0.6),
                new Comparison("with the listener", programs::listener, List.of(Programs.JNA), bare, 0.6),
                // A coordinator with a store is ready before anything is written; it saves before its exit.
                stretch == Stretch.TO_EXIT
                        ? new Comparison(
                                "with a store, beyond one databind write",
                                programs::store,
                                List.of(Programs.READ, Programs.STORED_AT_EXIT),
                                databind,
                                0.5)
                        : new Comparison("with a store", programs::store, List.of(), bare, Double.NaN));
        for (Comparison each : comparisons) {
            if (programs.hasEarlier()) {
                compare(stretch, samples, each);
            }
        }
        Sample listener = samples.get(programs.listener(Version.NOW, 0).name()).less(bare);
        run.report()
                .add(Row.of(
                        PART,
                        stretch.group() + ", against the floor",
                        "shutdown4j, with the listener",
                        Programs.JNA,
                        "x",
                        listener.over(samples.get(Programs.JNA).less(bare))));
    }

    /** A tenth of what these programs take is to be compared, so they run more often than the others. */
    private void firstOpen(Map<String, String> environment, DatagramSink sink) throws Exception {
        List<Program> all = new ArrayList<>(List.of(
                programs.databind(0),
                programs.read(0),
                programs.stored(LoadedClasses.of(run, programs.firstSave(Version.NOW, 0)))));
        for (Version version : programs.versions()) {
            all.add(programs.firstSave(version, 0));
        }
        Turns<Life> turns = new Turns<>();
        for (Program program : all) {
            turns.add(program.name(), () -> live(program, environment, sink, false));
        }
        Map<String, List<Life>> lives = turns.run(1, run.rounds(81, 41));
        firstOpen(Stretch.TO_READY, Sample.each(lives, Life::readyProcessor));
        firstOpen(Stretch.TO_EXIT, Sample.each(lives, Life::exitProcessor));
    }

    private void firstOpen(Stretch stretch, Map<String, Sample> samples) throws Exception {
        Sample databind = samples.get(Programs.DATABIND);
        for (Map.Entry<String, Sample> entry : samples.entrySet()) {
            if (!entry.getKey().equals(Programs.DATABIND)) {
                run.report()
                        .add(Row.of(
                                PART,
                                stretch.group(),
                                entry.getKey(),
                                Programs.DATABIND,
                                "ms",
                                entry.getValue().less(databind)));
            }
        }
        if (programs.hasEarlier()) {
            compare(
                    stretch,
                    samples,
                    new Comparison(
                            "a store alone, beyond one databind write",
                            programs::firstSave,
                            List.of(Programs.READ, Programs.STORED),
                            databind,
                            0.5));
        }
    }

    /** A program of a version that reports as soon as it is ready. */
    private interface Kind {
        Program of(Version version, int settleMillis) throws Exception;
    }

    /**
     * One program of both versions.
     *
     * @param floors the names of the minimal programs that do the same; empty if there is none
     * @param base the common part, which is subtracted
     * @param bar the maximum ratio to the earlier version, each minus the base
     */
    private record Comparison(String name, Kind kind, List<String> floors, Sample base, double bar) {}

    private void compare(Stretch stretch, Map<String, Sample> samples, Comparison of) throws Exception {
        Sample ours = samples.get(of.kind().of(Version.NOW, 0).name()).less(of.base());
        Sample earlier = samples.get(of.kind().of(Version.EARLIER, 0).name()).less(of.base());
        String subject = "shutdown4j, " + of.name();
        run.report()
                .add(Row.of(
                                PART,
                                stretch.group() + ", ours in the time of bde63c8",
                                subject,
                                Version.EARLIER.text,
                                "x",
                                ours.over(earlier))
                        .bar(of.bar()));
        for (String floor : of.floors()) {
            Sample least = samples.get(floor).less(of.base());
            run.report()
                    .add(Row.of(
                            PART,
                            stretch.group() + ", a floor in the time of bde63c8",
                            of.name() + ": " + floor,
                            Version.EARLIER.text,
                            "x",
                            least.over(earlier)));
        }
    }

    private void stopping(String when, Map<String, Sample> toStopping, Map<String, Sample> toExit) throws Exception {
        for (Version version : programs.versions()) {
            String name = programs.listener(version, 0).name();
            run.report().add(Row.of(PART, "TERM to STOPPING=1, " + when, name, "", "ms", toStopping.get(name)));
        }
        run.report()
                .add(Row.of(PART, "TERM to STOPPING=1, " + when, Programs.JNA, "", "ms", toStopping.get(Programs.JNA)));
        if (programs.hasEarlier()) {
            stopping("TERM to STOPPING=1 " + when, toStopping, 0.3);
            stopping("TERM to exit " + when, toExit, 0.6);
        }
    }

    private void stopping(String group, Map<String, Sample> samples, double bar) throws Exception {
        String now = programs.listener(Version.NOW, 0).name();
        String earlier = programs.listener(Version.EARLIER, 0).name();
        Sample before = samples.get(earlier);
        run.report()
                .add(Row.of(
                                PART,
                                group + ", ours in the time of bde63c8",
                                now,
                                earlier,
                                "x",
                                samples.get(now).over(before))
                        .bar(bar));
        run.report()
                .add(Row.of(
                        PART,
                        group + ", a floor in the time of bde63c8",
                        Programs.JNA,
                        earlier,
                        "x",
                        samples.get(Programs.JNA).over(before)));
    }

    private void claim(String group, String subject, Sample sample, double bar) {
        run.report().add(Row.of(Report.CLAIMS, group, subject, "", "ms", sample).bar(bar));
    }

    private void classes(LoadedClasses classes) {
        Sample untilReady = new Sample(classes.untilReady().size());
        Sample whenQuiet = new Sample(classes.whenQuiet().size());
        run.report()
                .add(Row.of(PART, "classes of ours loaded, until ready", Version.NOW.text, "", "classes", untilReady));
        run.report()
                .add(Row.of(PART, "classes of ours loaded, once quiet", Version.NOW.text, "", "classes", whenQuiet));
        run.report()
                .add(Row.of(
                                PART,
                                "classes of databind loaded, from start to exit",
                                Version.NOW.text,
                                "",
                                "classes",
                                new Sample(classes.databind()))
                        .bar(0)
                        .note("it has a configuration and a report, but no store"));
    }
}
