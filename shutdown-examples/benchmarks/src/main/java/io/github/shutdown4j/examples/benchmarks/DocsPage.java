package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Writes the results of runs into the documentation: the page with its plots, a JSON file for each JDK, and the part of
 * benchmarks.md between its two marks.
 */
final class DocsPage {

    private static final String BEGIN = "<!-- results, written by benchmarks.jar -->";
    private static final String END = "<!-- end of the results -->";
    /** The plots that benchmarks.md shows, by the file that it names. */
    private static final Map<String, String> PLOTS = Map.of(
            "answer-to-exit.svg", "answer to exit, TERM during a request of 300 ms",
            "guards.svg", "acquire and close, 2 threads");

    private DocsPage() {}

    /** @param docs the folder of benchmarks.md */
    static void write(Path docs, List<Path> folders) throws IOException {
        Path target = Files.createDirectories(docs.resolve("benchmarks"));
        List<Results> runs = new ArrayList<>();
        for (Path folder : folders) {
            Results results = Results.read(folder);
            runs.add(results);
            results.write(target.resolve("jdk-" + results.release() + ".json"));
        }
        Files.writeString(target.resolve("benchmarks.html"), HtmlPage.of(runs));
        List<Plot> plots = Plot.of(runs);
        for (Map.Entry<String, String> shown : PLOTS.entrySet()) {
            Optional<Plot> plot = plots.stream()
                    .filter(one -> one.group().equals(shown.getValue()))
                    .findFirst();
            if (plot.isPresent()) {
                Files.writeString(target.resolve(shown.getKey()), plot.get().svg());
            }
        }
        Path page = docs.resolve("benchmarks.md");
        Files.writeString(page, withResults(Files.readString(page), runs));
    }

    static String withResults(String page, List<Results> runs) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("benchmarks.md lacks the marks: " + BEGIN + " and " + END);
        }
        return page.substring(0, begin + BEGIN.length()) + "\n" + results(runs) + "\n" + page.substring(end);
    }

    private static String results(List<Results> runs) {
        StringBuilder text = new StringBuilder("\n");
        for (Results run : runs) {
            Map<String, String> machine = run.machine();
            text.append("- JDK ").append(run.release()).append(": ");
            for (String key : List.of("begun", Results.JDK, "processor", "system", "disk")) {
                text.append(machine.getOrDefault(key, "?")).append(", ");
            }
            text.append("load average at the beginning ").append(machine.getOrDefault("load at the begin", "?"));
            text.append(".\n");
        }
        runs.get(0).machine().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("peer "))
                .map(entry -> entry.getValue().strip())
                .distinct()
                .reduce((one, other) -> one + ", " + other)
                .ifPresent(peers -> text.append("- Peers: ").append(peers).append(".\n"));
        text.append("\n| part | figure | target, at most |");
        runs.forEach(run -> text.append(" JDK ").append(run.release()).append(" |"));
        text.append("\n| --- | --- | --- |")
                .append(" --- |".repeat(runs.size()))
                .append("\n");
        for (Row figure : shown(runs)) {
            text.append("| ")
                    .append(figure.part())
                    .append(" | ")
                    .append(name(figure))
                    .append(" | ");
            text.append(Figures.of(figure.bar())).append(unit(figure)).append(" |");
            for (Results run : runs) {
                text.append(' ').append(cell(run, figure)).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String name(Row figure) {
        String subject = figure.subject().replaceFirst("^shutdown4j(, |$)", "");
        if (isAgainstAll(figure)) {
            return figure.group().replaceFirst("in the time of", "in the time of the fastest other");
        }
        return figure.group()
                + (subject.isEmpty() ? "" : ": " + subject)
                + (figure.unit().equals("x")
                                && !figure.group().contains("bde63c8")
                                && !figure.against().isEmpty()
                        ? ", times " + figure.against()
                        : "");
    }

    private static String unit(Row figure) {
        return figure.unit().equals("x") || figure.unit().isEmpty() ? "" : " " + figure.unit();
    }

    private static String cell(Results run, Row figure) {
        Optional<Row> row = isAgainstAll(figure) ? worst(run, figure) : run.like(figure);
        if (row.isEmpty()) {
            return "";
        }
        String measured = Figures.of(row.get().median());
        if (row.get().rounds() > 1) {
            measured += " (" + Figures.of(row.get().low()) + " to "
                    + Figures.of(row.get().high()) + ")";
        }
        if (isAgainstAll(figure)) {
            measured += " " + row.get().subject();
        }
        if (!row.get().verdict().startsWith("missed")) {
            return measured;
        }
        OptionalDouble floor = floor(run, row.get());
        return "**" + measured + "**" + (floor.isEmpty() ? "" : ", floor " + Figures.of(floor.getAsDouble()));
    }

    /** The greatest of the floors of a comparison: figures of programs that do the minimum. */
    private static OptionalDouble floor(Results run, Row ours) {
        boolean isOfVersions = ours.group().contains(" ours "); // and so is the floor
        String group = isOfVersions ? ours.group().replace(" ours ", " a floor ") : ours.group() + ", a floor";
        String subject = ours.subject().replaceFirst("^shutdown4j, ", "") + ": ";
        return run.rows().stream()
                .filter(row -> row.group().equals(group))
                .filter(row -> !isOfVersions || row.against().equals(ours.against()))
                .filter(row -> !row.subject().contains(": ") || row.subject().startsWith(subject))
                .mapToDouble(Row::median)
                .max();
    }

    /** The figures with a target, the claims last; of those that compare with several others, only the greatest. */
    private static List<Row> shown(List<Results> runs) {
        Map<String, Row> shown = new LinkedHashMap<>();
        for (Row figure : Results.figures(runs)) {
            boolean twice = List.of("tracker", "drain").contains(figure.part())
                    && figure.group().endsWith(", processor time")
                    && Results.figures(runs).stream().anyMatch(other -> other.group()
                            .equals(figure.group().replace(", processor time", "")));
            if (figure.hasBar() && !twice) {
                String key = isAgainstAll(figure) ? figure.group() : shown.size() + "";
                shown.putIfAbsent(key, figure);
            }
        }
        return shown.values().stream()
                .sorted(Comparator.comparing((Row figure) -> figure.part().equals(Report.CLAIMS)))
                .toList();
    }

    private static boolean isAgainstAll(Row figure) {
        return figure.group().startsWith("ours in the time of,")
                || figure.group().equals("answer to exit, ours in the time of");
    }

    private static Optional<Row> worst(Results run, Row figure) {
        return run.rows().stream()
                .filter(row -> row.group().equals(figure.group()) && row.hasBar())
                .max(Comparator.comparingDouble(Row::median));
    }
}
