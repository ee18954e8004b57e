package io.github.shutdown4j.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.config.ShutdownConfig.Watchdog;
import io.github.shutdown4j.config.ShutdownConfigException.Problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ShutdownConfigTest {

    @Test
    void defaultsAreTheDocumentedOnes() {
        ShutdownConfig config = ShutdownConfig.defaults();

        assertThat(config.timeout()).isEqualTo(seconds(30));
        assertThat(config.drainTimeout()).isEqualTo(seconds(20));
        assertThat(config.stopTimeout()).isEqualTo(seconds(10));
        assertThat(config.saveTimeout()).isEqualTo(seconds(3));
        assertThat(config.resourceTimeout()).isEqualTo(seconds(10));
        assertThat(config.announceDelay()).isEqualTo(Duration.ZERO);
        assertThat(config.announceQuiet()).isEqualTo(Duration.ZERO);
        assertThat(config.startTimeout()).isEqualTo(seconds(60));
        assertThat(config.forceQuit()).isTrue();
        assertThat(config.forceDelay()).isEqualTo(seconds(10));
        assertThat(config.forceOn()).isEqualTo(ForceOn.INTERRUPT);
        assertThat(config.progressInterval()).isEqualTo(seconds(5));
        assertThat(config.gracePeriod()).isEmpty();
        assertThat(config.watchdog()).isEqualTo(new Watchdog(false, seconds(60), seconds(10)));
    }

    @Test
    void theDocumentedDefaultsAreTheActualOnes() {
        String described = ShutdownConfig.defaults().describe();
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            String quote = setting == ShutdownSetting.FORCE_ON ? "\"" : "";
            assertThat(described)
                    .containsPattern("(?m)^# " + setting.path().replace(".", "\\.") + " = " + quote
                            + setting.defaultValue() + quote + " +# default\\R");
        }
    }

    @Test
    void fractionsFollowTheTotal() {
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(seconds(60))
                .watchdogTimeout(seconds(8))
                .build();

        assertThat(config.drainTimeout()).isEqualTo(seconds(40));
        assertThat(config.stopTimeout()).isEqualTo(seconds(20));
        assertThat(config.resourceTimeout()).isEqualTo(seconds(20));
        assertThat(config.saveTimeout()).isEqualTo(seconds(6));
        assertThat(config.watchdog().interval()).isEqualTo(seconds(4));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 1_000_001, 1_000_002, 10_000_000, 9_999_999_999L, 31_536_000_000_000_000L})
    void noTotalHowSmallOrLargeContradictsItsFractions(long nanos) {
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(Duration.ofNanos(nanos))
                .watchdogTimeout(Duration.ofNanos(nanos))
                .build();
        ShutdownConfig spelledOut = ShutdownConfig.builder()
                .timeout(config.timeout())
                .drainTimeout(config.drainTimeout())
                .stopTimeout(config.stopTimeout())
                .saveTimeout(config.saveTimeout())
                .resourceTimeout(config.resourceTimeout())
                .watchdogTimeout(config.watchdog().timeout())
                .watchdogInterval(config.watchdog().interval())
                .build();

        assertThat(spelledOut).isEqualTo(config).hasSameHashCodeAs(config);
        assertThat(config.drainTimeout()).isPositive();
        assertThat(config.saveTimeout()).isPositive();
    }

    @Test
    void toBuilderKeepsWhatWasSetAndLetsDefaultsFollow() {
        ShutdownConfig first = ShutdownConfig.builder()
                .timeout(seconds(30))
                .stopTimeout(seconds(7))
                .forceOn(ForceOn.ANY)
                .build();
        ShutdownConfig second = first.toBuilder().timeout(seconds(90)).build();

        assertThat(second.stopTimeout()).isEqualTo(seconds(7));
        assertThat(second.forceOn()).isEqualTo(ForceOn.ANY);
        assertThat(second.drainTimeout()).isEqualTo(seconds(60));
        assertThat(first.timeout()).isEqualTo(seconds(30));
        assertThat(first.toBuilder().build()).isEqualTo(first);
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void aBuilderCanBeUsedAfterBuild() {
        ShutdownConfigBuilder builder =
                ShutdownConfig.builder().timeout(seconds(5)).drainTimeout(seconds(6));
        assertThatExceptionOfType(ShutdownConfigException.class).isThrownBy(builder::build);

        ShutdownConfig config = builder.drainTimeout(seconds(4)).build();
        builder.timeout(seconds(50));

        assertThat(config.timeout()).isEqualTo(seconds(5));
        assertThat(config.drainTimeout()).isEqualTo(seconds(4));
    }

    static Stream<Arguments> setters() {
        return Stream.of(
                setter("timeout", ShutdownConfigBuilder::timeout, "at least 1 ms"),
                setter("drainTimeout", ShutdownConfigBuilder::drainTimeout, "more than zero"),
                setter("stopTimeout", ShutdownConfigBuilder::stopTimeout, "more than zero"),
                setter("saveTimeout", ShutdownConfigBuilder::saveTimeout, "more than zero"),
                setter("resourceTimeout", ShutdownConfigBuilder::resourceTimeout, "more than zero"),
                setter("announceDelay", ShutdownConfigBuilder::announceDelay, "at least 0 s"),
                setter("announceQuiet", ShutdownConfigBuilder::announceQuiet, "at least 0 s"),
                setter("startTimeout", ShutdownConfigBuilder::startTimeout, "more than zero"),
                setter("forceDelay", ShutdownConfigBuilder::forceDelay, "at least 0 s"),
                setter("progressInterval", ShutdownConfigBuilder::progressInterval, "more than zero"),
                setter("gracePeriod", ShutdownConfigBuilder::gracePeriod, "more than zero"),
                setter("watchdogTimeout", ShutdownConfigBuilder::watchdogTimeout, "at least 1 ms"),
                setter("watchdogInterval", ShutdownConfigBuilder::watchdogInterval, "more than zero"));
    }

    private static Arguments setter(
            String name, BiFunction<ShutdownConfigBuilder, Duration, ShutdownConfigBuilder> setter, String bound) {
        return Arguments.of(name, setter, bound);
    }

    @ParameterizedTest
    @MethodSource("setters")
    void settersRefuseWhatIsOutOfBoundsAtOnce(
            String name, BiFunction<ShutdownConfigBuilder, Duration, ShutdownConfigBuilder> setter, String bound) {
        ShutdownConfigBuilder builder = ShutdownConfig.builder();
        boolean zeroAllowed = bound.equals("at least 0 s");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.apply(builder, Duration.ofMillis(-1500)))
                .withMessage(name + " must be " + bound + " and at most 365 days, was -1.5 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.apply(builder, Duration.ofDays(365).plusNanos(1)))
                .withMessageContaining(name)
                .withMessageEndingWith("was 31536000.000000001 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.apply(builder, ChronoUnit.FOREVER.getDuration()))
                .withMessageContaining(name);
        assertThatNullPointerException()
                .isThrownBy(() -> setter.apply(builder, null))
                .withMessage(name + " must not be null");
        if (!zeroAllowed) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setter.apply(builder, Duration.ZERO))
                    .withMessageContaining(name)
                    .withMessageEndingWith("was 0 s");
        }
        assertThat(builder.build()).isEqualTo(ShutdownConfig.defaults());
        if (zeroAllowed) {
            assertThat(setter.apply(builder, Duration.ZERO).build()).isNotNull();
        }
    }

    @Test
    void aNullChoiceIsRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> ShutdownConfig.builder().forceOn(null))
                .withMessage("forceOn must not be null");
    }

    @Test
    void buildReportsAllContradictionsAtOnce() {
        ShutdownConfigBuilder builder = ShutdownConfig.builder()
                .timeout(seconds(10))
                .drainTimeout(seconds(11))
                .stopTimeout(Duration.ofMillis(10_001))
                .saveTimeout(seconds(4))
                .announceDelay(seconds(10))
                .announceQuiet(seconds(12))
                .watchdogTimeout(seconds(20))
                .watchdogInterval(seconds(20));

        ShutdownConfigException thrown = catchThrowableOfType(ShutdownConfigException.class, builder::build);

        assertThat(thrown.problems())
                .extracting(Problem::text)
                .containsExactly(
                        "builder: shutdown.drain_timeout_secs = 11: must not be more than shutdown.timeout_secs, which is 10 (builder)",
                        "builder: shutdown.stop_timeout_secs = 10.001: must not be more than shutdown.timeout_secs, which is 10 (builder)",
                        "builder: shutdown.save_timeout_secs = 4: must not be more than a third of shutdown.timeout_secs, which is 10 (builder)",
                        "builder: shutdown.announce_delay_secs = 10: must be less than shutdown.timeout_secs, which is 10 (builder)",
                        "builder: shutdown.announce_quiet_secs = 12: must not be more than shutdown.announce_delay_secs, which is 10 (builder)",
                        "builder: shutdown.watchdog.interval_secs = 20: must be less than shutdown.watchdog.timeout_secs, which is 20 (builder), and should be at most half of it");
        assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
        assertThat(thrown.getMessage().lines().findFirst()).contains("6 mistakes in the shutdown configuration:");
        assertThat(thrown.getMessage().lines()).hasSize(7);
    }

    @Test
    void whatIsSetMayContradictADefault() {
        assertThatExceptionOfType(ShutdownConfigException.class)
                .isThrownBy(
                        () -> ShutdownConfig.builder().drainTimeout(seconds(31)).build())
                .withMessageContaining("1 mistake in")
                .withMessageContaining("which is 30 (default)");
    }

    @Test
    void limitsThemselvesAreNoContradiction() {
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(seconds(9))
                .drainTimeout(seconds(9))
                .stopTimeout(seconds(9))
                .saveTimeout(seconds(3))
                .announceDelay(seconds(9).minusNanos(1))
                .announceQuiet(seconds(9).minusNanos(1))
                .watchdogTimeout(seconds(2))
                .watchdogInterval(seconds(2).minusNanos(1))
                .gracePeriod(seconds(1))
                .build();

        assertThat(config.gracePeriod()).contains(seconds(1));
    }

    @Test
    void aWatchdogIsValidatedByItsConstructor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Watchdog(true, seconds(1), seconds(1)))
                .withMessage("interval must be less than timeout, which is 1 s, was 1 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Watchdog(true, Duration.ZERO, seconds(1)))
                .withMessageContaining("timeout");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Watchdog(true, seconds(1), Duration.ZERO))
                .withMessageContaining("interval");
    }

    @Test
    void toStringShowsTheEffectiveValues() {
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(Duration.ofMillis(1500))
                .gracePeriod(seconds(90))
                .build();

        assertThat(config)
                .hasToString("ShutdownConfig[timeout_secs=1.5, drain_timeout_secs=1, stop_timeout_secs=0.5,"
                        + " save_timeout_secs=0.15, resource_timeout_secs=0.5, announce_delay_secs=0, announce_quiet_secs=0,"
                        + " start_timeout_secs=60, force_quit=true, force_delay_secs=10, force_on=\"interrupt\","
                        + " progress_interval_secs=5, grace_period_secs=90, watchdog.enabled=false, watchdog.timeout_secs=60,"
                        + " watchdog.interval_secs=10]");
    }

    @Test
    void problemsCannotBeChanged() {
        ShutdownConfigException thrown = new ShutdownConfigException(List.of(new Problem("a", "", "", "b")));

        assertThat(thrown.problems()).isUnmodifiable().hasSize(1);
        assertThat(thrown.problems().get(0).text()).isEqualTo("a: b");
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void explicitSettingsAreDistinguishedFromDefaults() {
        ShutdownConfig config =
                ShutdownConfig.builder().timeout(Duration.ofSeconds(30)).build();
        assertThat(config).isEqualTo(ShutdownConfig.defaults());
        assertThat(config.isSet(ShutdownSetting.TIMEOUT)).isTrue();
        assertThat(config.isSet(ShutdownSetting.DRAIN_TIMEOUT)).isFalse();
        assertThat(config.toBuilder().build().isSet(ShutdownSetting.TIMEOUT)).isTrue();
        assertThat(ShutdownConfig.defaults().isSet(ShutdownSetting.TIMEOUT)).isFalse();
    }
}
