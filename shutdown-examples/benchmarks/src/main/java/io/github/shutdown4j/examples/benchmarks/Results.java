package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/**
 * The results on one JDK, as in a JSON file.
 *
 * @param machine where
 * @param remarks notes for the reader, such as a peer that was excluded
 */
record Results(Map<String, String> machine, List<Row> rows, List<String> remarks) {

    static final String FILE = "benchmarks.json";
    /** The key of {@link #machine} for the name and version of the JVM. */
    static final String JDK = "JDK";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    static Results read(Path folder) throws IOException {
        return JSON.readValue(folder.resolve(FILE).toFile(), Results.class);
    }

    void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    /** The feature release of the JDK, such as 17. */
    String release() {
        return machine.getOrDefault(JDK, "").replaceFirst(".* ([0-9]+)[^ ]*$", "$1");
    }

    /** The row of the same figure; empty if this JDK has none. */
    Optional<Row> like(Row row) {
        return rows.stream().filter(row::isOf).findFirst();
    }

    /** Returns the union; of rows that both have, those of the other. */
    Results updated(Results other) {
        List<Row> all = new ArrayList<>();
        for (Row row : rows) {
            all.add(other.like(row).orElse(row));
        }
        other.rows.stream().filter(row -> like(row).isEmpty()).forEach(all::add);
        List<String> allRemarks = new ArrayList<>(remarks);
        other.remarks.stream().filter(remark -> !remarks.contains(remark)).forEach(allRemarks::add);
        Map<String, String> machines = new LinkedHashMap<>(machine);
        machines.putAll(other.machine);
        return new Results(machines, all, allRemarks);
    }

    /** The results of earlier runs in the folder, updated with these. */
    Results over(Path folder) throws IOException {
        return Files.exists(folder.resolve(FILE)) ? read(folder).updated(this) : this;
    }

    /** All figures that some of the runs have, in order. */
    static List<Row> figures(List<Results> runs) {
        List<Row> all = new ArrayList<>();
        for (Results run : runs) {
            run.rows().stream().filter(row -> all.stream().noneMatch(row::isOf)).forEach(all::add);
        }
        return all;
    }
}
