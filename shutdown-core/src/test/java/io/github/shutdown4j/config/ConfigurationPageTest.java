package io.github.shutdown4j.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The documentation of the settings matches the code. */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void theTableOfThePageIsTheListOfSettings() throws IOException {
        List<String> expected = Arrays.stream(ShutdownSetting.values())
                .map(ConfigurationPageTest::row)
                .toList();
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `shutdown."))
                .toList();

        assertThat(rows)
                .as("rows of docs/configuration.md, which should be:%n%s%n", String.join("\n", expected))
                .isEqualTo(expected);
    }

    @Test
    void theExamplesOfThePageLoad(@TempDir Path directory) throws IOException {
        String page = Files.readString(PAGE);
        Path toml = Files.writeString(directory.resolve("app.toml"), block(page, "toml"));
        Path json = Files.writeString(directory.resolve("app.json"), block(page, "json"));

        assertThat(ShutdownConfig.loader().file(toml).load())
                .isEqualTo(ShutdownConfig.loader().file(json).load())
                .isNotEqualTo(ShutdownConfig.defaults());
    }

    @Test
    void theMistakesOfThePageAreTheRealOnes() throws IOException {
        String shown = block(Files.readString(PAGE), "text");
        ShutdownConfigException thrown =
                new ShutdownConfigException(ShutdownConfigMistakesTest.problems(ShutdownConfig.loader()
                        .values("app.toml", Map.of("timout_secs", 20))
                        .environment(Map.of(
                                "APP_SHUTDOWN_WATCHDOG_ENABLED", "yes", "APP_SHUTDOWN_DRAIN_TIMEOUT_SECS", "40"))));

        assertThat(shown.lines().map(String::strip).toList())
                .isEqualTo(thrown.getMessage().lines().map(String::strip).toList());
    }

    private static String row(ShutdownSetting setting) {
        String value = code(setting.defaultValue());
        String fallback = setting.derivation().isEmpty() ? value : value + ", " + setting.derivation();
        String[] cells = {
            code(setting.key()),
            code(setting.variable("APP")),
            fallback,
            setting.unit(),
            setting.minimum(),
            setting.meaning()
        };
        return Arrays.stream(cells)
                .map(cell -> cell.replaceAll("(?<!`)shutdown\\.[a-z._]*[a-z]", "`$0`"))
                .map(cell -> cell.isEmpty() ? " " : " " + cell + " ")
                .collect(Collectors.joining("|", "|", "|"));
    }

    private static String code(String text) {
        return text.equals("none") ? text : "`" + text + "`";
    }

    private static String block(String page, String language) {
        String start = "```" + language + "\n";
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf("```", from));
    }
}
