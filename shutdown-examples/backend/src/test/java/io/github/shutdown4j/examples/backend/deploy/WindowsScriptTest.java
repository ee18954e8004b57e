package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The script for Windows: its text, and its behaviour in wine's cmd. */
@Timeout(180)
class WindowsScriptTest {

    private static final Path SCRIPT = Path.of("deploy/shutdown-backend.bat");
    private static final Set<String> VERBS =
            new TreeSet<>(List.of("start", "stop", "restart", "status", "health", "check", "logs"));

    private static String text;

    @TempDir
    private Path directory;

    @BeforeAll
    static void read() throws IOException {
        text = Files.readString(SCRIPT, StandardCharsets.US_ASCII);
    }

    private static Set<String> matches(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test // with other line ends cmd.exe misses labels
    void everyLineEndsAsOnWindows() {
        assertThat(text.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
    }

    @Test
    void everyJumpHasItsLabelAndEveryLabelIsUsed() {
        Set<String> labels = matches("^:([a-z_]+)");
        assertThat(labels).isEqualTo(matches("(?:goto|call) :?([a-z_]+)"));
        assertThat(labels).containsAll(VERBS);
    }

    @Test
    void parenthesesAndQuotesAreInPairs() {
        int depth = 0;
        for (String line : text.lines().toList()) {
            if (line.startsWith("rem ") || line.startsWith("echo ") || line.startsWith("%SHELL%")) {
                continue;
            }
            assertThat(line.chars().filter(c -> c == '"').count() % 2).as(line).isZero();
            String code = line.replaceAll("\"[^\"]*\"", "");
            depth += code.endsWith("(") ? 1 : code.strip().equals(")") ? -1 : 0;
            assertThat(depth).as(line).isBetween(0, 1);
        }
        assertThat(depth).isZero();
    }

    @Test
    void theVerbsAreThoseOfTheOtherScriptButForReload() throws IOException {
        Set<String> others = Pattern.compile("^    ([a-z |-]+)\\)$", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("deploy/shutdown-backendctl")))
                .results()
                .flatMap(found -> List.of(found.group(1).split(" \\| ")).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(others).contains("reload");
        others.retainAll(Set.of("status", "health", "check", "logs", "start", "stop", "restart", "reload"));
        others.remove("reload");
        assertThat(others).isEqualTo(VERBS);
        assertThat(matches("^if /i \"%VERB%\"==\"([a-z]+)\"")).containsAll(VERBS);
    }

    @Test
    void itRunsUnderWineAsFarAsThereIsNeitherJavaNorPowerShell() throws Exception {
        assumeTrue(
                List.of(System.getenv("PATH").split(":")).stream()
                        .anyMatch(part -> Files.isExecutable(Path.of(part, "wine"))),
                "needs wine");
        Files.copy(SCRIPT, directory.resolve("shutdown-backend.bat"));
        wine("help"); // the first time wine prints messages of its own
        assertThat(wine("help")).isEqualTo("0 usage: shutdown-backend VERB");
        assertThat(wine("nonsense")).isEqualTo("2 usage: shutdown-backend VERB");
        assertThat(wine("status")).isEqualTo("3 shutdown-backend: stopped");
        assertThat(wine("status", "more")).startsWith("2 ");
        assertThat(wine("logs", "-x")).startsWith("2 ");
        assertThat(wine("logs")).startsWith("1 shutdown-backend: there is no ");
        assertThat(wine("stop")).isEqualTo("0 Not running.");
        assertThat(wine("health")).startsWith("7 ");
        assertThat(wine("reload")).startsWith("2 shutdown-backend: Windows has no signal");
        assertThat(wine("start")).startsWith("5 shutdown-backend: there is no ");
        assertThat(wine("check")).startsWith("5 shutdown-backend: there is no ");
        Files.writeString(directory.resolve("backend.jar"), "");
        assertThat(wine("check")).startsWith("5 shutdown-backend: there is no Java");
        // A process id that is not a Java process.
        Files.createDirectories(directory.resolve("home"));
        Files.writeString(directory.resolve("home/backend.pid"), "999999\r\n");
        assertThat(wine("status")).isEqualTo("3 shutdown-backend: stopped");
    }

    /** The exit code and the first line of the output. */
    private String wine(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("wine", "cmd", "/c", "shutdown-backend.bat"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().put("WINEPREFIX", directory.resolve("prefix").toString());
        builder.environment().put("WINEDEBUG", "-all");
        builder.environment().remove("DISPLAY");
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", "/usr/bin:/bin");
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String first = Files.readString(directory.resolve("output"), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("");
        return process.exitValue() + " " + first.strip();
    }
}
