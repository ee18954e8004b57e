package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The results: printed line by line, then written as JSON and as a page with plots. */
final class Report {

    /** The part with the claims of the library. */
    static final String CLAIMS = "claims";

    private final Map<String, String> machine;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    Report(Map<String, String> machine) {
        this.machine = machine;
    }

    void add(Row row) {
        rows.add(row);
        System.out.printf(
                "%-10s %-44s %-40s %9s (%s to %s) %s %s%n",
                row.part(),
                row.group(),
                row.subject(),
                Figures.of(row.median()),
                Figures.of(row.low()),
                Figures.of(row.high()),
                row.unit(),
                row.verdict());
    }

    /** A note for the reader, such as a peer that was excluded. */
    void remark(String text) {
        if (!remarks.contains(text)) {
            remarks.add(text);
            System.out.println(text);
        }
    }

    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Writes it, with the results of other parts on the same JDK in the folder. */
    void write(Path folder) throws IOException {
        Results results = new Results(machine, rows, remarks).over(folder);
        results.write(folder.resolve(Results.FILE));
        List<Results> one = List.of(results);
        for (Plot plot : Plot.of(one)) {
            Files.writeString(folder.resolve(plot.file()), plot.svg());
        }
        Files.writeString(folder.resolve("benchmarks.html"), HtmlPage.of(one));
    }
}
