package io.github.shutdown4j.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.config.ShutdownConfigException.Problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Every mistake in a configuration is reported, with its place and a remedy. */
class ShutdownConfigMistakesTest {

    @TempDir
    Path directory;

    /** A setting, and a value as JSON writes it, that must be refused. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "TIMEOUT, 0",
                "TIMEOUT, 0.0009",
                "TIMEOUT, -1",
                "TIMEOUT, 1e400",
                "TIMEOUT, 1e99999999999",
                "TIMEOUT, 31536000.000000001",
                "TIMEOUT, 9223372036854775808",
                "TIMEOUT, NaN",
                "TIMEOUT, Infinity",
                "TIMEOUT, -Infinity",
                "TIMEOUT, true",
                "TIMEOUT, null",
                "TIMEOUT, []",
                "TIMEOUT, [30]",
                "TIMEOUT, {}",
                "TIMEOUT, {\"a\": 1}",
                "TIMEOUT, \"\"",
                "TIMEOUT, \"30\"",
                "TIMEOUT, \"30m\"",
                "TIMEOUT, \"soon\"",
                "DRAIN_TIMEOUT, 0",
                "DRAIN_TIMEOUT, 1e-400",
                "DRAIN_TIMEOUT, 0.0000000001",
                "ANNOUNCE_DELAY, -0.001",
                "FORCE_QUIT, \"yes\"",
                "FORCE_QUIT, \"true\"",
                "FORCE_QUIT, 1",
                "FORCE_QUIT, null",
                "FORCE_QUIT, [true]",
                "FORCE_ON, \"term\"",
                "FORCE_ON, \"\"",
                "FORCE_ON, true",
                "FORCE_ON, 1",
                "WATCHDOG_ENABLED, \"on\"",
                "WATCHDOG_TIMEOUT, 0",
                "WATCHDOG_INTERVAL, -5",
            })
    void aBadValueIsReportedWithItsPlaceAndWhatWasExpected(ShutdownSetting setting, String value) throws IOException {
        Problem problem = onlyProblem(ConfigTestSource.JSON.with(directory, setting, value));

        assertThat(problem.source()).isEqualTo(directory.resolve("app.json") + ":1");
        assertThat(problem.key()).isEqualTo(setting.key());
        assertThat(problem.value()).isNotEmpty();
        assertThat(problem.message()).startsWith("expected " + setting.unit());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "TIMEOUT, ''",
                "TIMEOUT, ' '",
                "TIMEOUT, 30m",
                "TIMEOUT, '1,5'",
                "TIMEOUT, 0x1F",
                "TIMEOUT, 1d",
                "TIMEOUT, NaN",
                "TIMEOUT, '٣٠'",
                "TIMEOUT, --1",
                "TIMEOUT, '30\n40'",
                "TIMEOUT, 1e400",
                "FORCE_QUIT, yes",
                "FORCE_QUIT, 1",
                "FORCE_QUIT, ''",
                "FORCE_ON, sometimes",
                "WATCHDOG_ENABLED, enabled",
            })
    void aBadVariableIsReportedByItsName(ShutdownSetting setting, String value) throws IOException {
        Problem problem = onlyProblem(ConfigTestSource.ENVIRONMENT.with(directory, setting, value));

        assertThat(problem.source()).isEqualTo(setting.variable("APP"));
        assertThat(problem.key()).isEqualTo(setting.key());
        assertThat(problem.message()).startsWith("expected " + setting.unit());
        assertThat(problem.text().lines()).hasSize(1);
    }

    @Test
    void spaceAroundAVariableIsForgiven() {
        ShutdownConfig config = ShutdownConfig.loader()
                .environment(Map.of(
                        "APP_SHUTDOWN_TIMEOUT_SECS", " 1.5\r",
                        "APP_SHUTDOWN_FORCE_QUIT", "False ",
                        "APP_SHUTDOWN_FORCE_ON", "ANY"))
                .load();

        assertThat(config.timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.forceQuit()).isFalse();
        assertThat(config.forceOn()).isEqualTo(ForceOn.ANY);
    }

    @Test
    void numbersInQuotesAreRefusedWithTheRemedy() throws IOException {
        assertThat(onlyProblem(ConfigTestSource.TOML.with(directory, ShutdownSetting.TIMEOUT, "\"30\""))
                        .text())
                .isEqualTo(
                        directory.resolve("app.toml") + ": shutdown.timeout_secs = \"30\": expected seconds as a number"
                                + " such as 30 or 1.5, or \"30s\" or \"PT30S\", at least 0.001, at most 31536000, without quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nan", "inf", "-inf", "1e400", "07:32:00", "1979-05-27", "[1]", "{}", "'x'", "false"})
    void tomlKnowsMoreWrongTypes(String value) throws IOException {
        assertThat(onlyProblem(ConfigTestSource.TOML.with(directory, ShutdownSetting.TIMEOUT, value))
                        .message())
                .startsWith("expected seconds");
    }

    @ParameterizedTest
    @CsvSource({
        "shutdown.timout_secs, shutdown.timeout_secs",
        "shutdown.timeout, shutdown.timeout_secs",
        "shutdown.watchdog.interval, shutdown.watchdog.interval_secs",
        "shutdown.enabled, shutdown.watchdog.enabled",
        "shutdown.watchdog.foo.enabled, shutdown.watchdog.enabled",
    })
    void anUnknownKeyIsReportedWithTheNearestKnownOne(String key, String nearest) throws IOException {
        Path file = Files.writeString(directory.resolve("app.json"), "{\n\n\"" + key + "\": 5}");
        String dotted = key.substring("shutdown.".length());

        assertThat(onlyProblem(ShutdownConfig.loader().file(file)).text())
                .isEqualTo(file + ":3: " + key + " = 5: unknown key, did you mean " + nearest + "?");
        assertThat(onlyProblem(ShutdownConfig.loader().values("app.yaml", Map.of(dotted, 5)))
                        .text())
                .isEqualTo("app.yaml: " + key + " = 5: unknown key, did you mean " + nearest + "?");
    }

    @Test
    void anUnknownKeyLikeNoOtherIsReportedWithAll() {
        Problem problem = onlyProblem(ShutdownConfig.loader().values("x", Map.of("colour", "red")));

        assertThat(problem.text()).startsWith("x: shutdown.colour = \"red\": unknown key, known are timeout_secs,");
        assertThat(problem.message())
                .contains(Arrays.stream(ShutdownSetting.values())
                        .map(ShutdownSetting::path)
                        .toList());
    }

    @Test
    void unknownVariablesAreReportedWithTheNearestKnownOne() {
        List<Problem> problems = problems(ShutdownConfig.loader()
                .environment(Map.of("APP_SHUTDOWN_WATCHDOG_ENABLE", "true", "APP_SHUTDOWN_ZZZ", "", "APP_PORT", "1")));

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0).text())
                .isEqualTo("environment: APP_SHUTDOWN_WATCHDOG_ENABLE = true: unknown variable,"
                        + " did you mean APP_SHUTDOWN_WATCHDOG_ENABLED?");
        assertThat(problems.get(1).text())
                .startsWith(
                        "environment: APP_SHUTDOWN_ZZZ = \"\": unknown variable, known are APP_SHUTDOWN_TIMEOUT_SECS,");
    }

    @Test
    void everyMistakeOfEverySourceIsReportedAtOnce() throws IOException {
        Path json = json(String.join(
                "\n",
                "{\"port\": \"not ours\",",
                " \"shutdown\": {",
                "  \"timeout_secs\": \"long\",",
                "  \"drain_timeout_secs\": 1,",
                "  \"drain_timeout_secs\": 2,",
                "  \"announce_quiet_secs\": 3,",
                "  \"watchdog\": {\"enabled\": \"yes\", \"intervall_secs\": 3}}}"));
        Path missing = directory.resolve("missing.toml");

        List<Problem> problems = problems(ShutdownConfig.loader()
                .file(json)
                .file(missing)
                .values("code", Map.of("watchdog", 5))
                .environment(Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "10", "APP_SHUTDOWN_SAVE_TIMEOUT_SECS", "soon")));

        assertThat(problems)
                .extracting(Problem::text)
                .containsExactly(
                        json
                                + ":3: shutdown.timeout_secs = \"long\": expected seconds as a number such as 30 or 1.5, or \"30s\" or \"PT30S\", at least 0.001, at most 31536000",
                        json + ":5: shutdown.drain_timeout_secs = 2: given twice, first at " + json + ":4",
                        json + ":7: shutdown.watchdog.enabled = \"yes\": expected true or false",
                        json
                                + ":7: shutdown.watchdog.intervall_secs = 3: unknown key, did you mean shutdown.watchdog.interval_secs?",
                        missing + ": no such file",
                        "code: shutdown.watchdog = 5: expected a table",
                        "APP_SHUTDOWN_SAVE_TIMEOUT_SECS: shutdown.save_timeout_secs = soon: expected seconds as a number such as 30 or 1.5, or \"30s\" or \"PT30S\", more than 0, at most 31536000",
                        json
                                + ":6: shutdown.announce_quiet_secs = 3: must not be more than shutdown.announce_delay_secs, which is 0 (default)");
    }

    @Test
    void aRefusedValueIsOneMistakeAndNotAlsoAContradictionOfItsDefault() {
        assertThatExceptionOfType(ShutdownConfigException.class)
                .isThrownBy(() -> ShutdownConfig.loader()
                        .values("app", Map.of("timeout_secs", "soon", "drain_timeout_secs", 40))
                        .load())
                .satisfies(e ->
                        assertThat(e.problems()).extracting(Problem::key).containsExactly("shutdown.timeout_secs"));
    }

    @Test
    void contradictionsBetweenSourcesNameBoth() throws IOException {
        Path file = json("{\"shutdown\": {\"drain_timeout_secs\": 20}}");

        Problem problem =
                onlyProblem(ShutdownConfig.loader().file(file).environment(Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "10")));

        assertThat(problem.text())
                .isEqualTo(file + ":1: shutdown.drain_timeout_secs = 20: must not be more than shutdown.timeout_secs,"
                        + " which is 10 (APP_SHUTDOWN_TIMEOUT_SECS)");
    }

    @Test
    void aTableWrittenTwiceIsAMistake() throws IOException {
        Path file = json("{\"shutdown\": {\"timeout_secs\": 5},\n \"shutdown\": {\"timeout_secs\": 6}}");

        assertThat(onlyProblem(ShutdownConfig.loader().file(file)).text())
                .isEqualTo(file + ":2: shutdown = a table: given twice, first at " + file + ":1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "\"x\"", "null", "true", "[]"})
    void theTableMustBeATable(String value) throws IOException {
        Path file = json("{\"shutdown\": " + value + "}");

        assertThat(onlyProblem(ShutdownConfig.loader().file(file)).message()).isEqualTo("expected a table");
    }

    @Test
    void otherKeysOfTheFileAreTheApplications() throws IOException {
        Path json =
                json("{\"shutdown\": {\"timeout_secs\": 5}, \"force_quit\": 7, \"x\": {\"shutdown\": {\"y\": [{}]}}}");
        Path toml = Files.writeString(
                directory.resolve("app.toml"),
                "port = 1\n[shutdowns]\nx = 1\n[shutdown]\ntimeout_secs = 5\n[[x]]\ny = 1\n");

        assertThat(ShutdownConfig.loader().file(json).load())
                .isEqualTo(ShutdownConfig.loader().file(toml).load())
                .isEqualTo(
                        ShutdownConfig.builder().timeout(Duration.ofSeconds(5)).build());
    }

    @Test
    void parsedValuesMayHaveAnyNumberType() {
        for (Object thirty :
                new ArrayList<Object>(List.of((byte) 30, (short) 30, 30, 30L, 30f, 30d, new BigDecimal("3e1")))) {
            ShutdownConfig config = ShutdownConfig.loader()
                    .values("app.yaml", Map.of("start_timeout_secs", thirty))
                    .load();

            assertThat(config.startTimeout()).isEqualTo(Duration.ofSeconds(30));
        }
        for (Object bad : List.of(Double.NaN, Float.POSITIVE_INFINITY, -1, Long.MAX_VALUE, 'x', List.of(1), "30")) {
            assertThat(onlyProblem(ShutdownConfig.loader().values("app.yaml", Map.of("start_timeout_secs", bad)))
                            .key())
                    .isEqualTo("shutdown.start_timeout_secs");
        }
    }

    @Test
    void parsedValuesMayHoldNullsAndThemselves() {
        Map<String, Object> values = new HashMap<>();
        values.put("timeout_secs", null);
        values.put(null, 1);
        values.put("watchdog", values);

        assertThat(problems(ShutdownConfig.loader().values("app.yaml", values))).isNotEmpty();
    }

    @Test
    void longAndStrangeValuesStayOnOneShortLine() {
        String value = "x\n\u001b[31m".repeat(10_000);

        Problem problem = onlyProblem(ShutdownConfig.loader().values("app.yaml", Map.of(value, value)));

        assertThat(problem.text()).hasSizeLessThan(1_000).doesNotContain("\n", "\u001b");
    }

    private Path json(String text) throws IOException {
        return Files.writeString(directory.resolve("app.json"), text);
    }

    static List<Problem> problems(ShutdownConfigLoader loader) {
        ShutdownConfigException thrown = catchThrowableOfType(ShutdownConfigException.class, loader::load);
        assertThat(thrown).isNotNull();
        thrown.problems().forEach(problem -> assertThat(thrown).hasMessageContaining(problem.text()));
        return thrown.problems();
    }

    static Problem onlyProblem(ShutdownConfigLoader loader) {
        List<Problem> problems = problems(loader);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }
}
