package io.github.shutdown4j.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfigException.Problem;
import io.github.shutdown4j.internal.ConfigEntry.Scalar;
import io.github.shutdown4j.internal.Durations;

/** Collects settings and mistakes, adds the defaults, checks the constraints and creates the configuration. */
final class ConfigValues {

    /** An explicitly set value and its origin. */
    record Assigned(Object value, String origin) {}

    // Not those for enums: these call values() by reflection, which takes a fresh JVM milliseconds.
    private final Map<ShutdownSetting, Assigned> assigned = new LinkedHashMap<>();
    private final Set<ShutdownSetting> broken = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    void assign(ShutdownSetting setting, Object value, String origin) {
        assigned.put(setting, new Assigned(value, origin));
    }

    void assignAll(Map<ShutdownSetting, Assigned> others) {
        assigned.putAll(others);
    }

    void reject(Problem problem) {
        problems.add(problem);
    }

    /** Rejects the value of a setting; its constraints are not checked then. */
    void reject(ShutdownSetting setting, Problem problem) {
        broken.add(setting);
        problems.add(problem);
    }

    /** May be called repeatedly, also after further changes. */
    ShutdownConfig build() {
        Map<ShutdownSetting, Object> values = new LinkedHashMap<>();
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            Assigned given = assigned.get(setting);
            Object value = given == null ? fallback(setting, values) : given.value();
            if (value != null) {
                values.put(setting, value);
            }
        }
        List<Problem> all = new ArrayList<>(problems);
        contradictions(values, all);
        if (!all.isEmpty()) {
            throw new ShutdownConfigException(all);
        }
        return new ShutdownConfig(values, assigned);
    }

    /** The default, possibly a fraction of a setting earlier in the enum; null: none. */
    private static @Nullable Object fallback(ShutdownSetting setting, Map<ShutdownSetting, Object> earlier) {
        if (setting.defaultValue().equals(ShutdownSetting.NO_DEFAULT)) {
            return null; // before the parser, which would load regular expressions at each start
        }
        Object fixed = setting.type().parse(new Scalar(setting.defaultValue())).orElse(null);
        if (setting == ShutdownSetting.DRAIN_TIMEOUT) {
            Duration third = Durations.part(duration(earlier, ShutdownSetting.TIMEOUT), 3);
            return third.plus(third);
        }
        if (setting == ShutdownSetting.STOP_TIMEOUT || setting == ShutdownSetting.RESOURCE_TIMEOUT) {
            return Durations.part(duration(earlier, ShutdownSetting.TIMEOUT), 3);
        }
        if (setting == ShutdownSetting.SAVE_TIMEOUT) {
            return Durations.part(duration(earlier, ShutdownSetting.TIMEOUT), 10);
        }
        if (setting == ShutdownSetting.WATCHDOG_INTERVAL) {
            Duration half = Durations.part(duration(earlier, ShutdownSetting.WATCHDOG_TIMEOUT), 2);
            return fixed instanceof Duration usual && usual.compareTo(half) < 0 ? usual : half;
        }
        return fixed;
    }

    private void contradictions(Map<ShutdownSetting, Object> values, List<Problem> found) {
        for (ConfigConstraint rule : ConfigConstraint.values()) {
            Duration value = duration(values, rule.subject());
            Duration bound = duration(values, rule.bound());
            boolean checked = !broken.contains(rule.subject()) && !broken.contains(rule.bound());
            if (checked && !rule.allows(value, bound)) {
                String message = rule.demand() + ", which is " + SettingType.written(bound) + " ("
                        + origin(rule.bound()) + ")" + rule.advice();
                found.add(
                        new Problem(origin(rule.subject()), rule.subject().key(), SettingType.written(value), message));
            }
        }
    }

    private String origin(ShutdownSetting setting) {
        Assigned given = assigned.get(setting);
        return given == null ? "default" : given.origin();
    }

    private static Duration duration(Map<ShutdownSetting, Object> values, ShutdownSetting setting) {
        return (Duration) Objects.requireNonNull(values.get(setting));
    }
}
