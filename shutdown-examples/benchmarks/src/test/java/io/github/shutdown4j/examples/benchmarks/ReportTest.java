package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTest {

    @TempDir
    Path folder;

    @Test
    void thePageTellsWhatIsReachedAndWhatIsMissedAndByHowMuch() throws Exception {
        System.setProperty("java.awt.headless", "true");
        Report report = new Report(Map.of("JDK", "<17>"));
        report.add(Row.of("part", "a group", "shutdown4j", "floor", "x", new Sample(1, 2, 3))
                .bar(1.5));
        report.add(Row.of("part", "a group", "other", "floor", "x", new Sample(5, 6, 7)));
        report.add(Row.of("part", "a group", "third", "floor", "x", new Sample(1, 1, 1))
                .bar(1));
        report.remark("A peer was refused.");
        report.write(folder);

        String page = Files.readString(folder.resolve("benchmarks.html"));
        assertThat(page)
                .contains("&lt;17&gt;", "missed by 0.50", "reached", "A peer was refused.", "<svg", "1.50 to 2.50");
        assertThat(folder.resolve("a-group.svg")).content().contains("shutdown4j", "other", "third");
        JsonNode rows = new ObjectMapper()
                .readTree(folder.resolve("benchmarks.json").toFile())
                .get("rows");
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).get("median").asDouble()).isEqualTo(2);
        assertThat(rows.get(0).get("verdict").asText()).isEqualTo("missed by 0.50");
        assertThat(rows.get(1).get("verdict").asText()).isEmpty();
    }
}
