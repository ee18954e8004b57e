package io.github.shutdown4j;

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
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.ShutdownConfigException.Problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ShutdownConfigLoaderTest {

    @TempDir
    Path folder;

    /** How a test hands one setting to the loader. */
    private interface Source {
        ShutdownConfigLoader with(Path folder, ShutdownSetting setting, String value) throws IOException;
    }

    private enum Sources implements Source {
        JSON {
            @Override
            public ShutdownConfigLoader with(Path folder, ShutdownSetting setting, String value) throws IOException {
                String[] path = setting.path().split("\\.");
                String inner = "\"" + path[path.length - 1] + "\": " + value;
                String table = path.length == 1 ? inner : "\"" + path[0] + "\": {" + inner + "}";
                Path file = Files.writeString(folder.resolve("app.json"), "{\"shutdown\": {" + table + "}}");
                return ShutdownConfig.loader().file(file);
            }
        },
        TOML {
            @Override
            public ShutdownConfigLoader with(Path folder, ShutdownSetting setting, String value) throws IOException {
                Path file = Files.writeString(folder.resolve("app.toml"), setting.key() + " = " + value + "\n");
                return ShutdownConfig.loader().file(file);
            }
        },
        ENVIRONMENT {
            @Override
            public ShutdownConfigLoader with(Path folder, ShutdownSetting setting, String value) {
                String text = value.replace("\"", "");
                return ShutdownConfig.loader().environment(Map.of(setting.variable("APP"), text));
            }
        },
        VALUES {
            @Override
            public ShutdownConfigLoader with(Path folder, ShutdownSetting setting, String value) {
                Object parsed = value.startsWith("\"")
                        ? value.replace("\"", "")
                        : value.equals("true") || value.equals("false")
                                ? (Object) Boolean.valueOf(value)
                                : new BigDecimal(value);
                String[] path = setting.path().split("\\.");
                Map<String, Object> table =
                        path.length == 1 ? Map.of(path[0], parsed) : Map.of(path[0], Map.of(path[1], parsed));
                return ShutdownConfig.loader().values("app.yaml", table);
            }
        }
    }

    /** A value other than the default for each setting, its accessor, and what that must give. */
    private static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of(ShutdownSetting.TIMEOUT, "45", get(ShutdownConfig::timeout), Duration.ofSeconds(45)),
                Arguments.of(
                        ShutdownSetting.DRAIN_TIMEOUT,
                        "1.5",
                        get(ShutdownConfig::drainTimeout),
                        Duration.ofMillis(1500)),
                Arguments.of(
                        ShutdownSetting.STOP_TIMEOUT, "0.25", get(ShutdownConfig::stopTimeout), Duration.ofMillis(250)),
                Arguments.of(
                        ShutdownSetting.SAVE_TIMEOUT, "2", get(ShutdownConfig::saveTimeout), Duration.ofSeconds(2)),
                Arguments.of(
                        ShutdownSetting.RESOURCE_TIMEOUT,
                        "7",
                        get(ShutdownConfig::resourceTimeout),
                        Duration.ofSeconds(7)),
                Arguments.of(
                        ShutdownSetting.ANNOUNCE_DELAY, "4", get(ShutdownConfig::announceDelay), Duration.ofSeconds(4)),
                Arguments.of(ShutdownSetting.ANNOUNCE_QUIET, "0", get(ShutdownConfig::announceQuiet), Duration.ZERO),
                Arguments.of(
                        ShutdownSetting.START_TIMEOUT, "120", get(ShutdownConfig::startTimeout), Duration.ofMinutes(2)),
                Arguments.of(ShutdownSetting.FORCE_QUIT, "false", get(ShutdownConfig::forceQuit), false),
                Arguments.of(ShutdownSetting.FORCE_DELAY, "0", get(ShutdownConfig::forceDelay), Duration.ZERO),
                Arguments.of(ShutdownSetting.FORCE_ON, "\"never\"", get(ShutdownConfig::forceOn), ForceOn.NEVER),
                Arguments.of(
                        ShutdownSetting.PROGRESS_INTERVAL,
                        "0.5",
                        get(ShutdownConfig::progressInterval),
                        Duration.ofMillis(500)),
                Arguments.of(
                        ShutdownSetting.GRACE_PERIOD,
                        "90",
                        get(config -> config.gracePeriod().orElseThrow()),
                        Duration.ofSeconds(90)),
                Arguments.of(
                        ShutdownSetting.WATCHDOG_ENABLED,
                        "true",
                        get(config -> config.watchdog().enabled()),
                        true),
                Arguments.of(
                        ShutdownSetting.WATCHDOG_TIMEOUT,
                        "30",
                        get(config -> config.watchdog().timeout()),
                        Duration.ofSeconds(30)),
                Arguments.of(
                        ShutdownSetting.WATCHDOG_INTERVAL,
                        "2.5",
                        get(config -> config.watchdog().interval()),
                        Duration.ofMillis(2500)));
    }

    private static Function<ShutdownConfig, Object> get(Function<ShutdownConfig, Object> accessor) {
        return accessor;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everySettingComesThroughEverySource(
            ShutdownSetting setting, String value, Function<ShutdownConfig, Object> accessor, Object expected)
            throws IOException {
        for (Sources source : Sources.values()) {
            ShutdownConfig config = source.with(folder, setting, value).load();

            assertThat(accessor.apply(config))
                    .as("%s through %s", setting, source)
                    .isEqualTo(expected);
        }
    }

    @Test
    void theTableAboveKnowsEverySetting() {
        assertThat(settings().map(row -> row.get()[0])).containsExactly((Object[]) ShutdownSetting.values());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everySettingSurvivesBeingDescribedAndLoadedAgain(ShutdownSetting setting, String value) throws IOException {
        ShutdownConfig config = Sources.TOML.with(folder, setting, value).load();

        Path copy = Files.writeString(folder.resolve("copy.toml"), config.describe());

        assertThat(ShutdownConfig.loader().file(copy).load()).isEqualTo(config);
        assertThat(ShutdownConfig.loader().config(config).load()).isEqualTo(config);
    }

    @Test
    void describeNamesTheOriginOfEachValue() throws IOException {
        Path file = json("{\n\"shutdown\": {\n\"timeout_secs\": 45}}");
        ShutdownConfig config = ShutdownConfig.loader()
                .file(file)
                .environment(Map.of("APP_SHUTDOWN_FORCE_ON", "any"))
                .load();

        assertThat(config.describe().lines())
                .anyMatch(line -> line.matches("timeout_secs = 45 +# .*app\\.json:3"))
                .anyMatch(line -> line.matches("force_on = \"any\" +# APP_SHUTDOWN_FORCE_ON"))
                .anyMatch(line -> line.matches("# drain_timeout_secs = 30 +# default"))
                .anyMatch(line -> line.matches("# grace_period_secs = none +# default"));
    }

    @Test
    void aLaterSourceWinsSettingBySetting() throws IOException {
        Path file = json("{\"shutdown\": {\"timeout_secs\": 40, \"stop_timeout_secs\": 4, \"force_quit\": false}}");
        ShutdownConfig config = ShutdownConfig.loader()
                .config(ShutdownConfig.builder()
                        .timeout(Duration.ofSeconds(50))
                        .startTimeout(Duration.ofSeconds(5))
                        .build())
                .file(file)
                .environment(Map.of("APP_SHUTDOWN_STOP_TIMEOUT_SECS", "3"))
                .load();

        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(40));
        assertThat(config.stopTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.startTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.forceQuit()).isFalse();
        assertThat(config.saveTimeout()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void theOrderOfTheCallsDecides() throws IOException {
        Path file = json("{\"shutdown\": {\"timeout_secs\": 40}}");
        Map<String, String> environment = Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "50");

        assertThat(ShutdownConfig.loader()
                        .environment(environment)
                        .file(file)
                        .load()
                        .timeout())
                .isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void noSourceGivesTheDefaults() throws IOException {
        assertThat(ShutdownConfig.loader().load()).isEqualTo(ShutdownConfig.defaults());
        assertThat(ShutdownConfig.fromEnvironment()).isEqualTo(ShutdownConfig.defaults());
        assertThat(ShutdownConfig.load(json("{}"))).isEqualTo(ShutdownConfig.defaults());
        assertThat(ShutdownConfig.load(json("{\"shutdown\": {\"watchdog\": {}}}")))
                .isEqualTo(ShutdownConfig.defaults());
        assertThat(ShutdownConfig.loader().values("x", Map.of()).load()).isEqualTo(ShutdownConfig.defaults());
    }

    @ParameterizedTest
    @CsvSource({
        "MY_SERVICE, MY_SERVICE_SHUTDOWN_TIMEOUT_SECS",
        "my_service, MY_SERVICE_SHUTDOWN_TIMEOUT_SECS",
        "'', SHUTDOWN_TIMEOUT_SECS",
        "A, A_SHUTDOWN_TIMEOUT_SECS",
    })
    void thePrefixMayBeChanged(String prefix, String variable) {
        Map<String, String> environment =
                Map.of(variable, "12", "APP_SHUTDOWN_NONSENSE", "1", "SHUTDOWN", "1", "PATH", "/bin");

        ShutdownConfig before =
                ShutdownConfig.loader().prefix(prefix).environment(environment).load();
        ShutdownConfig after =
                ShutdownConfig.loader().environment(environment).prefix(prefix).load();

        assertThat(before.timeout()).isEqualTo(Duration.ofSeconds(12));
        assertThat(after).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "APP_", "_APP", "1APP", "MY-APP", "MY APP", "ÄPP"})
    void aPrefixThatNoVariableCanHaveIsRefused(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShutdownConfig.loader().prefix(prefix))
                .withMessageContaining("prefix")
                .withMessageContaining('"' + prefix + '"');
    }

    @Test
    void nullSourcesAreRefusedAtTheCall() {
        ShutdownConfigLoader loader = ShutdownConfig.loader();
        assertThatNullPointerException().isThrownBy(() -> loader.file(null)).withMessage("file must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> loader.environment(null))
                .withMessageContaining("environment");
        assertThatNullPointerException()
                .isThrownBy(() -> loader.values("x", null))
                .withMessageContaining("values");
        assertThatNullPointerException().isThrownBy(() -> loader.config(null)).withMessageContaining("config");
        assertThatNullPointerException().isThrownBy(() -> loader.prefix(null)).withMessageContaining("prefix");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loader.values(" ", Map.of()))
                .withMessageContaining("source");
    }

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
                "TIMEOUT, \"30s\"",
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
        Problem problem = onlyProblem(Sources.JSON.with(folder, setting, value));

        assertThat(problem.source()).isEqualTo(folder.resolve("app.json") + ":1");
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
                "TIMEOUT, 30s",
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
        Problem problem = onlyProblem(Sources.ENVIRONMENT.with(folder, setting, value));

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
        assertThat(onlyProblem(Sources.TOML.with(folder, ShutdownSetting.TIMEOUT, "\"30\""))
                        .text())
                .isEqualTo(folder.resolve("app.toml") + ": shutdown.timeout_secs = \"30\": expected seconds as a number"
                        + " such as 30 or 1.5, at least 0.001, at most 31536000, without quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nan", "inf", "-inf", "1e400", "07:32:00", "1979-05-27", "[1]", "{}", "'x'", "false"})
    void tomlKnowsMoreWrongTypes(String value) throws IOException {
        assertThat(onlyProblem(Sources.TOML.with(folder, ShutdownSetting.TIMEOUT, value))
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
        Path file = Files.writeString(folder.resolve("app.json"), "{\n\n\"" + key + "\": 5}");
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
        Path missing = folder.resolve("missing.toml");

        List<Problem> problems = problems(ShutdownConfig.loader()
                .file(json)
                .file(missing)
                .values("code", Map.of("watchdog", 5))
                .environment(Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "10", "APP_SHUTDOWN_SAVE_TIMEOUT_SECS", "soon")));

        assertThat(problems)
                .extracting(Problem::text)
                .containsExactly(
                        json
                                + ":3: shutdown.timeout_secs = \"long\": expected seconds as a number such as 30 or 1.5, at least 0.001, at most 31536000",
                        json + ":5: shutdown.drain_timeout_secs = 2: given twice, first at " + json + ":4",
                        json + ":7: shutdown.watchdog.enabled = \"yes\": expected true or false",
                        json
                                + ":7: shutdown.watchdog.intervall_secs = 3: unknown key, did you mean shutdown.watchdog.interval_secs?",
                        missing + ": no such file",
                        "code: shutdown.watchdog = 5: expected a table",
                        "APP_SHUTDOWN_SAVE_TIMEOUT_SECS: shutdown.save_timeout_secs = soon: expected seconds as a number such as 30 or 1.5, more than 0, at most 31536000",
                        json
                                + ":6: shutdown.announce_quiet_secs = 3: must not be more than shutdown.announce_delay_secs, which is 0 (default)");
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
                folder.resolve("app.toml"),
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
        return Files.writeString(folder.resolve("app.json"), text);
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
