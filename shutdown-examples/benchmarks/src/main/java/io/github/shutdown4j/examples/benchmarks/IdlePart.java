package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The activity of an idle process: pairs with and without the library, in parallel, measured by the kernel. */
final class IdlePart {

    private static final int PAIRS = 5;
    /** The JVM still compiles and loads after the start; that is not idle time. */
    private static final int SETTLE_MILLIS = 6_000;

    private IdlePart() {}

    static void run(Run run) throws Exception {
        var found = Programs.find(run);
        if (found.isEmpty()) {
            return;
        }
        Programs programs = found.get();
        int seconds = run.rounds(60, 10);
        List<Child> bare = new ArrayList<>();
        List<Child> ours = new ArrayList<>();
        try {
            for (int i = 0; i < PAIRS; i++) {
                bare.add(ready(programs.bare(0)));
                ours.add(ready(programs.coordinator(Version.NOW, 0)));
            }
            Thread.sleep(SETTLE_MILLIS);
            List<KernelThreads> before = look(bare, ours);
            Thread.sleep(seconds * 1_000L);
            List<KernelThreads> after = look(bare, ours);
            report(run, seconds, before, after);
        } finally {
            bare.forEach(Child::close);
            ours.forEach(Child::close);
        }
    }

    private static Child ready(Program program) throws Exception {
        Child child = program.start();
        child.await("READY");
        return child;
    }

    /** Those without us first. */
    private static List<KernelThreads> look(List<Child> bare, List<Child> ours) throws Exception {
        List<KernelThreads> all = new ArrayList<>();
        for (Child child : bare) {
            all.add(KernelThreads.of(child.pid()));
        }
        for (Child child : ours) {
            all.add(KernelThreads.of(child.pid()));
        }
        return all;
    }

    private static void report(Run run, int seconds, List<KernelThreads> before, List<KernelThreads> after) {
        double[] wakeUps = new double[PAIRS];
        double[] ownWakeUps = new double[PAIRS];
        double[] millis = new double[PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            int us = PAIRS + i;
            wakeUps[i] =
                    after.get(us).wakeUpsSince(before.get(us)) - after.get(i).wakeUpsSince(before.get(i));
            millis[i] = after.get(us).millisSince(before.get(us)) - after.get(i).millisSince(before.get(i));
            ownWakeUps[i] =
                    after.get(us).wakeUpsSince(before.get(us), after.get(i).names());
        }
        String group = "idle for " + seconds + " s";
        String against = Programs.BARE;
        run.report()
                .add(Row.of("idle", group, "shutdown4j, wake-ups of its own threads", "", "", new Sample(ownWakeUps))
                        .bar(0)
                        .note("threads that the JVM without us does not have"));
        run.report()
                .add(Row.of("idle", group + ", all threads", "shutdown4j, wake-ups", against, "", new Sample(wakeUps))
                        .note("the JVM itself wakes up some twenty times a second"));
        run.report()
                .add(Row.of("idle", group + ", CPU", "shutdown4j, CPU time", against, "ms", new Sample(millis))
                        .bar(1));
        Sample share = new Sample(
                Arrays.stream(millis).map(ms -> ms / (seconds * 10.0)).toArray());
        run.report()
                .add(Row.of(
                                Report.CLAIMS,
                                "signal handling, idle",
                                "shutdown4j, share of a processor",
                                against,
                                "%",
                                share)
                        .bar(0.1));
    }
}
