package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The life of a process, from its start to its exit: the processor time and the time on the wall until it is ready, the
 * processor time of all of it, and the time from TERM to STOPPING=1 and to the exit.
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

    /** All of one life, in milliseconds; {@code toStopping} is NaN where nothing was sent. */
    private record Life(double ready, double readyProcessor, double toStopping, double toExit, double exitProcessor) {}

    static void run(Run run) throws Exception {
        var programs = Programs.find(run);
        if (programs.isPresent()) {
            new LifePart(run, programs.get()).run();
        }
    }

    private void run() throws Exception {
        List<Program> all = new ArrayList<>(List.of(programs.bare(0), programs.databind(0), programs.jna(0)));
        for (Version version : programs.versions()) {
            all.add(programs.coordinator(version, 0));
            all.add(programs.listener(version, 0));
            all.add(programs.store(version, 0));
            all.add(programs.firstSave(version, 0));
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
            for (Version version : programs.versions()) {
                Program listener = programs.listener(version, 0);
                atOnce.add(listener.name(), () -> live(listener, environment, sink, false));
            }
            Map<String, List<Life>> lives = atOnce.run(1, run.rounds(15, 7));
            stopping("right after ready", Sample.each(lives, Life::toStopping), Sample.each(lives, Life::toExit));
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        }
        databindClasses();
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
            double toStopping =
                    program.args().contains("listener") ? (sink.awaitNext("STOPPING=1") - term) / 1e6 : Double.NaN;
            return new Life(ready, readyProcessor, toStopping, toExit, exitProcessor);
        }
    }

    /** Waits until what a program does once it is ready is over. */
    private static void settle(long pid) throws InterruptedException {
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

        more("processor time, start to ready", readyProcessor);
        ratios("processor time, start to ready, ours in the time of bde63c8", readyProcessor);
        more("processor time, start to exit", exitProcessor);
        ratios("processor time, start to exit, ours in the time of bde63c8", exitProcessor);
        more("start to ready", ready);
        more("TERM to exit", toExit);
        String now = programs.listener(Version.NOW, 0).name();
        stopping("once settled", toStopping, toExit);
        claim("start with the watchdog of systemd", now, ready.get(now).less(ready.get(Programs.BARE)), 100);
        claim("shutdown, TERM to exit, nothing in flight", now, toExit.get(now), 5_000);
    }

    /** What each adds to the JVM without us. */
    private void more(String group, Map<String, Sample> samples) throws Exception {
        Sample bare = samples.get(Programs.BARE);
        String coordinator = programs.coordinator(Version.NOW, 0).name();
        for (Map.Entry<String, Sample> entry : samples.entrySet()) {
            String name = entry.getKey();
            if (!name.equals(Programs.BARE)) {
                Row row = Row.of(
                        PART, group, name, Programs.BARE, "ms", entry.getValue().less(bare));
                boolean bounded = name.equals(coordinator);
                double bar = group.equals("start to ready") ? 25 : group.equals("TERM to exit") ? 5 : Double.NaN;
                run.report().add(bounded ? row.bar(bar) : row);
            }
        }
    }

    /** What we add in relation to what the earlier version adds, and to the least that does it. */
    private void ratios(String group, Map<String, Sample> samples) throws Exception {
        Sample bare = samples.get(Programs.BARE);
        Sample databind = samples.get(Programs.DATABIND);
        Map<Version, Map<String, Sample>> added = new LinkedHashMap<>();
        for (Version version : programs.versions()) {
            Map<String, Sample> each = new LinkedHashMap<>();
            each.put(
                    "the coordinator",
                    samples.get(programs.coordinator(version, 0).name()).less(bare));
            each.put(
                    "with the listener",
                    samples.get(programs.listener(version, 0).name()).less(bare));
            each.put(
                    "with a store, beyond one databind write",
                    samples.get(programs.store(version, 0).name()).less(databind));
            each.put(
                    "a store alone, beyond one databind write",
                    samples.get(programs.firstSave(version, 0).name()).less(databind));
            added.put(version, each);
        }
        Map<String, Sample> ours = added.get(Version.NOW);
        if (programs.hasEarlier()) {
            List<Double> bars = List.of(0.6, 0.6, 0.5, 0.5);
            int i = 0;
            for (Map.Entry<String, Sample> entry : ours.entrySet()) {
                Sample ratio = entry.getValue().over(added.get(Version.EARLIER).get(entry.getKey()));
                run.report()
                        .add(Row.of(PART, group, "shutdown4j, " + entry.getKey(), Version.EARLIER.text, "x", ratio)
                                .bar(bars.get(i++)));
            }
        }
        Sample jna = samples.get(Programs.JNA).less(bare);
        String floor = group.replaceAll(",[^,]*$", "");
        run.report()
                .add(Row.of(
                        PART,
                        floor + ", against the floor",
                        "shutdown4j, with the listener",
                        Programs.JNA,
                        "x",
                        ours.get("with the listener").over(jna)));
    }

    private void stopping(String when, Map<String, Sample> toStopping, Map<String, Sample> toExit) throws Exception {
        for (Version version : programs.versions()) {
            String name = programs.listener(version, 0).name();
            run.report().add(Row.of(PART, "TERM to STOPPING=1, " + when, name, "", "ms", toStopping.get(name)));
        }
        if (programs.hasEarlier()) {
            String now = programs.listener(Version.NOW, 0).name();
            String earlier = programs.listener(Version.EARLIER, 0).name();
            run.report()
                    .add(Row.of(
                                    PART,
                                    "TERM to STOPPING=1 " + when + ", ours in the time of bde63c8",
                                    now,
                                    earlier,
                                    "x",
                                    toStopping.get(now).over(toStopping.get(earlier)))
                            .bar(0.3));
            run.report()
                    .add(Row.of(
                                    PART,
                                    "TERM to exit " + when + ", ours in the time of bde63c8",
                                    now,
                                    earlier,
                                    "x",
                                    toExit.get(now).over(toExit.get(earlier)))
                            .bar(0.6));
        }
    }

    private void claim(String group, String subject, Sample sample, double bar) {
        run.report().add(Row.of(Report.CLAIMS, group, subject, "", "ms", sample).bar(bar));
    }

    /** How many classes of Jackson's databind a whole life loads that has a configuration and a report, but no store. */
    private void databindClasses() throws Exception {
        Path log = run.folder().resolve("classes.log");
        try (Child child = programs.coordinator(Version.NOW, 0).start("-Xlog:class+load:file=" + log)) {
            child.await("READY");
            settle(child.pid());
            child.term();
            child.awaitExit();
        }
        try (Stream<String> lines = Files.lines(log)) {
            double count = lines.filter(line -> line.contains(" com.fasterxml.jackson.databind."))
                    .count();
            run.report()
                    .add(Row.of(
                                    PART,
                                    "classes of databind loaded, from start to exit",
                                    Version.NOW.text,
                                    "",
                                    "classes",
                                    new Sample(count))
                            .bar(0));
        } finally {
            Files.delete(log);
        }
    }
}
