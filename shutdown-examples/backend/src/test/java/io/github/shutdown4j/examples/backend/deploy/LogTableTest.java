package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The tables of log lines in the deployment guide against the log calls in the sources of library and backend. */
class LogTableTest {

    private static final Pattern ROW = Pattern.compile("\\| (`.*`) \\| (INFO|WARN|ERROR) \\| (.+) \\|");
    private static final Pattern LINE = Pattern.compile("`([^`]+)`");

    private static final Path BACKEND = Path.of("src/main/java");

    private static LogLines sources;
    private static LogLines backend;
    private static String guide;

    @BeforeAll
    static void read() throws IOException {
        sources = LogLines.in(
                Path.of("../../shutdown-core/src/main/java"), Path.of("../../shutdown-systemd/src/main/java"), BACKEND);
        backend = LogLines.in(BACKEND);
        String text = Files.readString(Path.of("../../docs/DEPLOYMENT.md"));
        guide = text.substring(text.indexOf("<!-- log lines: begin -->"), text.indexOf("<!-- log lines: end -->"));
    }

    private static Set<String> inSources(String level) {
        return shown(sources.of(level));
    }

    private static Set<String> shown(Set<String> lines) {
        return lines.stream().map(LogTableTest::shown).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The varying parts are an ellipsis in the guide; several in a row are one. */
    private static String shown(String line) {
        return line.replaceAll("(\\{\\})+", "…").replaceAll("…+", "…");
    }

    private static Set<String> inGuide(String level) {
        Set<String> lines = new TreeSet<>();
        for (String row : guide.lines().toList()) {
            Matcher matcher = ROW.matcher(row);
            if (matcher.matches() && matcher.group(2).equals(level.toUpperCase(Locale.ROOT))) {
                LINE.matcher(matcher.group(1))
                        .results()
                        .map(found -> shown(found.group(1)))
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    @Test
    void everyErrorIsInTheGuideAndNoOther() {
        assertThat(inGuide("error")).hasSizeGreaterThan(10).containsExactlyInAnyOrderElementsOf(inSources("error"));
    }

    @Test
    void everyWarningIsInTheGuideAndNoOther() {
        assertThat(inGuide("warn")).hasSizeGreaterThan(50).containsExactlyInAnyOrderElementsOf(inSources("warn"));
    }

    @Test
    void everyInfoOfTheGuideIsInTheSources() {
        assertThat(inSources("info")).containsAll(inGuide("info"));
        assertThat(inGuide("info")).hasSizeGreaterThan(20);
    }

    /** The library also logs successful steps; the backend logs only what needs attention. */
    @Test
    void everyInfoOfTheBackendIsInTheGuide() {
        assertThat(backend.of("info")).isNotEmpty();
        assertThat(inGuide("info")).containsAll(shown(backend.of("info")));
    }

    @Test
    void everyRowHasARemedy() {
        assertThat(guide.lines().filter(line -> line.startsWith("| `")))
                .isNotEmpty()
                .allMatch(line -> ROW.matcher(line).matches());
    }
}
