package io.github.shutdown4j.examples.benchmarks;

import java.util.Map;

/** The share of a processor that the guards of 10,000 requests per second take, in a process that does little else. */
final class RequestsPart {

    private RequestsPart() {}

    static void run(Run run) throws Exception {
        var programs = Programs.find(run);
        if (programs.isEmpty()) {
            return;
        }
        Program requests = programs.get().other(Version.NOW, "Requests", Integer.toString(run.rounds(8, 3)));
        Turns<Double> turns = new Turns<Double>().add("requests", () -> {
            try (Child child = requests.start()) {
                return Double.parseDouble(child.await("SHARE").get(0));
            }
        });
        Map<String, Sample> shares = Sample.each(turns.run(0, run.rounds(5, 2)));
        run.report()
                .add(Row.of(
                                Report.CLAIMS,
                                "tracking 10,000 requests per second",
                                "shutdown4j, share of a processor",
                                "",
                                "%",
                                shares.get("requests"))
                        .bar(0.5));
    }
}
