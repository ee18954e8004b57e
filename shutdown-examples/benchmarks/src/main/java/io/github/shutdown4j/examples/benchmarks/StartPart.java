package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** From the start of the process to the moment it is ready. */
final class StartPart {

    private static final double BAR_MILLIS = 25;

    private StartPart() {}

    static void run(Run run) throws Exception {
        Turns<Double> turns = new Turns<>();
        for (Mains main : Mains.values()) {
            turns.add(main.text, () -> {
                try (Child child = main.start(run.folder(), 0)) {
                    child.await("READY");
                    double millis = child.millisSinceStart();
                    child.term();
                    child.awaitExit(); // the store must be free for the next
                    return millis;
                }
            });
        }
        Map<String, Sample> samples = Sample.each(turns.run(2, run.rounds(25, 7)));
        Sample bare = samples.get(Mains.BARE.text);
        samples.forEach((name, sample) -> {
            if (!name.equals(Mains.BARE.text)) {
                Row row = Row.of("start", "start to ready", name, Mains.BARE.text, "ms", sample.less(bare));
                run.report().add(name.equals(Mains.OURS.text) ? row.bar(BAR_MILLIS) : row);
            }
        });
        Sample withStore = samples.get(Mains.OURS_WITH_STORE.text).less(bare);
        Sample databind = samples.get(Mains.BARE_WITH_DATABIND.text).less(bare);
        run.report()
                .add(Row.of(
                                "start",
                                "what a store adds",
                                Mains.OURS_WITH_STORE.text,
                                "what one write by databind adds",
                                "x",
                                withStore.over(databind))
                        .note("the warm-up of Jackson runs beside the start"));
        run.report()
                .add(Row.of(
                                "start",
                                "classes of databind loaded, from start to exit",
                                Mains.OURS.text,
                                "",
                                "classes",
                                new Sample(databindClasses(run)))
                        .bar(0));
    }

    /** How many classes of Jackson's databind a whole life loads that has a configuration and a report, but no store. */
    private static double databindClasses(Run run) throws Exception {
        Path log = run.folder().resolve("classes.log");
        try (Child child = Mains.OURS.start(run.folder(), 300, "-Xlog:class+load:file=" + log)) {
            child.await("MEMORY");
            child.term();
            child.awaitExit();
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" com.fasterxml.jackson.databind."))
                    .count();
        } finally {
            Files.delete(log);
        }
    }
}
