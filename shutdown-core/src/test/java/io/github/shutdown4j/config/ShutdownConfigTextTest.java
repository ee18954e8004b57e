package io.github.shutdown4j.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.config.ShutdownConfigException.Problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Times with a unit, files of properties, and properties of the system. */
class ShutdownConfigTextTest {

    @TempDir
    private Path directory;

    private static List<String> problems(ShutdownConfigLoader loader) {
        return ShutdownConfigMistakesTest.problems(loader).stream()
                .map(Problem::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "30s, 30000",
        "1.5s, 1500",
        "500ms, 500",
        "2min, 120000",
        "1.5 min, 90000",
        "1h, 3600000",
        "PT30S, 30000",
        "PT1M30.5S, 90500",
        "P1D, 86400000",
    })
    void timeWithAUnitMeansTheSameInEverySource(String text, long millis) throws IOException {
        for (ConfigTestSource source : ConfigTestSource.values()) {
            ShutdownConfig config = source.with(directory, ShutdownSetting.TIMEOUT, '"' + text + '"')
                    .load();
            assertThat(config.timeout()).as(source + " " + text).isEqualTo(Duration.ofMillis(millis));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 seconds",
                "30S",
                "30sec",
                "s",
                "-30s",
                "PT-30S",
                "30s 5ms",
                "1e3s",
                ".5s",
                "P",
                "pt30s",
                "0s",
                "366d",
                "999999999999h",
                "P9999999999999D",
                "PT",
                "30  s",
                "0x1s"
            })
    void timeThatCouldMeanSomethingElseIsRefused(String text) throws IOException {
        for (ConfigTestSource source : ConfigTestSource.values()) {
            ShutdownConfigLoader loader = source.with(directory, ShutdownSetting.TIMEOUT, '"' + text + '"');
            assertThat(problems(loader))
                    .as(source + " " + text)
                    .singleElement()
                    .asString()
                    .contains("expected seconds");
        }
    }

    @ParameterizedTest
    @EnumSource(ConfigTestSource.class)
    void bareMIsRefusedBecauseItMayMeanMinutesOrMilliseconds(ConfigTestSource source) throws IOException {
        assertThat(problems(source.with(directory, ShutdownSetting.TIMEOUT, "\"30m\"")))
                .singleElement()
                .asString()
                .endsWith("at most 31536000; write min or ms instead of m");
    }

    @Test
    void fileOfPropertiesHasFlatKeysAndTextOfTheApplication() throws IOException {
        Path file = Files.writeString(directory.resolve("app.properties"), """
                # a comment
                title = Caf\u00e9
                force_quit = nonsense of the application
                shutdown.timeout_secs = 45
                shutdown.watchdog.enabled: true
                shutdown.force_on=any
                """);
        ShutdownConfig config = ShutdownConfig.loader().file(file).load();
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(config.watchdog().enabled()).isTrue();
        assertThat(config.forceOn()).isEqualTo(ForceOn.ANY);
        assertThat(config.isSet(ShutdownSetting.FORCE_QUIT)).isFalse();
    }

    @Test
    void mistakesInAFileOfPropertiesAreAllReported() throws IOException {
        Path file = Files.writeString(directory.resolve("app.properties"), """
                shutdown.timeout_secs = soon
                shutdown.force_on = any
                shutdown.force_on = never
                shutdown.timout = 5
                """);
        assertThat(problems(ShutdownConfig.loader().file(file)))
                .containsExactly(
                        file + ": shutdown.timeout_secs = soon: expected seconds as a number such as 30 or 1.5, or"
                                + " \"30s\" or \"PT30S\", at least 0.001, at most 31536000",
                        file + ": shutdown.force_on = never: given twice, first at " + file,
                        file + ": shutdown.timout = 5: unknown key, did you mean shutdown.timeout_secs?");
    }

    @Test
    void misspelledPrefixInAFileOfPropertiesIsAMistake() throws IOException {
        Path file = Files.writeString(directory.resolve("app.properties"), "shutdwon.timeout_secs = 5\n");
        assertThat(problems(ShutdownConfig.loader().file(file)))
                .containsExactly(file + ": shutdwon.timeout_secs = 5: unknown table, did you mean shutdown?");
    }

    @Test
    void fileOfPropertiesThatCannotBeReadIsReported() throws IOException {
        Path escape = Files.writeString(directory.resolve("escape.properties"), "title = \\u00zz\n");
        Path latin =
                Files.write(directory.resolve("latin.properties"), "title = é\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems(ShutdownConfig.loader().file(escape)))
                .singleElement()
                .asString()
                .startsWith(escape + ": not well-formed: ");
        assertThat(problems(ShutdownConfig.loader().file(latin)))
                .singleElement()
                .asString()
                .startsWith(latin + ": not a text in UTF-8");
    }

    @Test
    void systemPropertiesAreNamedAsTheyAreGiven() {
        Properties properties = new Properties();
        properties.setProperty("shutdown.timout_secs", "5");
        properties.setProperty("shutdown.force_quit", "maybe");
        properties.setProperty("shutdown4j.report", "x.html");
        properties.setProperty("java.home", "/x");
        assertThat(problems(ShutdownConfig.loader().properties(properties)))
                .containsExactly(
                        "-Dshutdown.force_quit: shutdown.force_quit = maybe: expected true or false",
                        "-Dshutdown.timout_secs: shutdown.timout_secs = 5: unknown key, did you mean"
                                + " shutdown.timeout_secs?");
        assertThatThrownBy(() -> ShutdownConfig.loader().properties(null)).hasMessage("properties must not be null");
    }

    @Test
    void systemPropertyWinsOverFileAndEnvironment() throws IOException {
        Path file = Files.writeString(directory.resolve("app.properties"), "shutdown.timeout_secs = 45\n");
        Properties properties = new Properties();
        properties.setProperty("shutdown.timeout_secs", "60");
        ShutdownConfig config = ShutdownConfig.loader()
                .file(file)
                .environment(Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "50"))
                .properties(properties)
                .load();
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.describe()).contains("timeout_secs = 60").contains("# -Dshutdown.timeout_secs");
        System.setProperty("shutdown.timeout_secs", "70");
        try {
            assertThat(ShutdownConfig.load(file).timeout()).isEqualTo(Duration.ofSeconds(70));
            assertThat(ShutdownConfig.fromEnvironment().timeout()).isEqualTo(Duration.ofSeconds(70));
        } finally {
            System.clearProperty("shutdown.timeout_secs");
        }
    }
}
