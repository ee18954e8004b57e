package io.github.shutdown4j.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class ShutdownConfigLoaderTest {

    @TempDir
    Path directory;

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
        for (ConfigTestSource source : ConfigTestSource.values()) {
            ShutdownConfig config = source.with(directory, setting, value).load();

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
        ShutdownConfig config =
                ConfigTestSource.TOML.with(directory, setting, value).load();

        Path copy = Files.writeString(directory.resolve("copy.toml"), config.describe());

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
    void valuesMayHaveTheTypesOfTheSettings() {
        ShutdownConfig config = ShutdownConfig.loader()
                .values("code", Map.of("timeout_secs", Duration.ofSeconds(45), "force_on", ForceOn.ANY))
                .load();
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(config.forceOn()).isEqualTo(ForceOn.ANY);
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

    private Path json(String text) throws IOException {
        return Files.writeString(directory.resolve("app.json"), text);
    }
}
