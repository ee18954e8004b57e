package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The numbered lists of examples and scenarios are complete. */
class IndexesTest {

    private static final Path EXAMPLES = Pages.ROOT.resolve("shutdown-examples");
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^\\| (\\d+) \\| \\[([\\w-]+)]\\(\\2\\) \\|");

    private static final Pattern SCENARIO = Pattern.compile("(?m)^(\\d+)\\. ");
    private static final Pattern CITED =
            Pattern.compile("(?i)\\bscenarios? (\\d+(?:(?:, | and |, and )\\d+)*)", Pattern.MULTILINE);

    @Test
    void everyExampleHasANumber() throws IOException {
        List<MatchResult> rows = EXAMPLE.matcher(Pages.text(EXAMPLES.resolve("README.md")))
                .results()
                .toList();
        assertThat(rows.stream().map(row -> Integer.valueOf(row.group(1))))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, rows.size()).boxed().toList());
        try (Stream<Path> directories = Files.list(EXAMPLES)) {
            assertThat(rows.stream().map(row -> row.group(2)))
                    .as("examples in the index")
                    .containsExactlyInAnyOrderElementsOf(directories
                            .filter(directory -> Files.exists(directory.resolve("pom.xml")))
                            .map(directory -> directory.getFileName().toString())
                            .filter(name -> !name.equals("example-process")) // for tests
                            .toList());
        }
    }

    @Test
    void everyScenarioIsCitedByATest() throws IOException {
        String page = Pages.text(Pages.ROOT.resolve("docs/scenarios.md"));
        List<Integer> listed = SCENARIO.matcher(page)
                .results()
                .map(number -> Integer.valueOf(number.group(1)))
                .toList();
        assertThat(listed)
                .hasSizeGreaterThan(90)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, listed.size()).boxed().toList());
        assertThat(citedByTests()).containsExactlyElementsOf(listed);
    }

    private static TreeSet<Integer> citedByTests() throws IOException {
        TreeSet<Integer> cited = new TreeSet<>();
        for (String module : List.of("shutdown-core", "shutdown-systemd", "shutdown-examples")) {
            try (Stream<Path> files = Files.walk(Pages.ROOT.resolve(module))) {
                for (Path file : (Iterable<Path>) files.filter(IndexesTest::isTest)::iterator) {
                    CITED.matcher(Files.readString(file))
                            .results()
                            .flatMap(match -> Stream.of(match.group(1).split("\\D+")))
                            .map(Integer::valueOf)
                            .forEach(cited::add);
                }
            }
        }
        return cited;
    }

    private static boolean isTest(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.contains("/src/")
                && !path.contains("/src/main/")
                && (path.endsWith(".java") || path.endsWith(".sh"));
    }
}
