package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void aPartThatIsRunAgainReplacesItsOwnFigures() throws Exception {
        System.setProperty("java.awt.headless", "true");
        Report first = new Report(Map.of("JDK", "a 17.0.1+1"));
        first.add(row("group", "shutdown4j", 1));
        first.add(row("other group", "shutdown4j", 2));
        first.write(folder);
        Report second = new Report(Map.of("JDK", "a 17.0.1+1"));
        second.add(row("group", "shutdown4j", 3));
        second.add(row("new group", "shutdown4j", 4));
        second.write(folder);
        assertThat(Results.read(folder).rows()).extracting(Row::median).containsExactly(3.0, 2.0, 4.0);
    }

    @Test
    void theDocumentationShowsEachJdkAndWhatIsMissed() throws Exception {
        System.setProperty("java.awt.headless", "true");
        List<Path> runs = new ArrayList<>();
        for (int release : new int[] {17, 25}) {
            Path run = Files.createDirectories(folder.resolve("run" + release));
            runs.add(run);
            Report report = new Report(Map.of("JDK", "OpenJDK 64-Bit Server VM " + release + ".0.3+9-LTS"));
            report.add(row("a group", "shutdown4j, here", release).bar(20));
            report.add(row("no target", "shutdown4j", 1));
            report.add(row("time, ours in the time of bde63c8", "shutdown4j, here", release / 20.0)
                    .bar(1));
            report.add(row("time, a floor in the time of bde63c8", "here: a program", 0.5));
            report.add(row("time, a floor in the time of bde63c8", "here: another program", 0.7));
            report.add(row("time, a floor in the time of bde63c8", "there: a program", 0.9));
            report.add(row("ours in the time of, 1 thread", "slow", 0.1).bar(1));
            report.add(row("ours in the time of, 1 thread", "quick", release / 20.0)
                    .bar(1));
            report.write(run);
        }
        Path docs = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(
                docs.resolve("benchmarks.md"),
                "before\n<!-- results, written by benchmarks.jar -->\nold\n<!-- end of the results -->\nafter\n");
        DocsPage.write(docs, runs);
        assertThat(docs.resolve("benchmarks.md"))
                .content()
                .startsWith("before\n")
                .endsWith("<!-- end of the results -->\nafter\n")
                .contains("| part | figure | target, at most | JDK 17 | JDK 25 |")
                .contains("| a group: here, times floor | 20.0 | 17.0 | **25.0** |")
                .contains("| time, ours in the time of bde63c8: here | 1.00 | 0.85 | **1.25**, floor 0.70 |")
                .contains("| 1.00 | 0.85 quick | **1.25 quick** |")
                .doesNotContain("no target", "slow", "old");
        assertThat(docs.resolve("benchmarks/jdk-25.json")).exists();
        assertThat(docs.resolve("benchmarks/benchmarks.html")).content().contains("<th>JDK 17</th>", "<th>JDK 25</th>");
        DocsPage.write(docs, runs); // it finds its own marks again
    }

    private static Row row(String group, String subject, double value) {
        return Row.of("part", group, subject, "floor", "x", new Sample(value));
    }
}
