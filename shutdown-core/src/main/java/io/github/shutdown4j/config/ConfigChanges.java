package io.github.shutdown4j.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ConfigValues.Assigned;
import io.github.shutdown4j.config.ShutdownConfigException.Problem;

/** The differences between a new configuration and the one in force. */
final class ConfigChanges {

    private ConfigChanges() {}

    static List<String> of(ShutdownConfig running, ShutdownConfig next, Set<ShutdownSetting> fixed) {
        List<String> changes = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            Object before = running.values().get(setting);
            Object after = next.values().get(setting);
            if (Objects.equals(before, after)) {
                continue;
            }
            if (!fixed.contains(setting)) {
                changes.add(setting.key() + ": " + written(before) + " -> " + written(after));
            } else if (running.isSet(setting) || next.isSet(setting)) {
                Assigned given = next.assigned().get(setting);
                problems.add(new Problem(
                        given == null ? "default" : given.origin(),
                        setting.key(),
                        written(after),
                        "cannot change while the process runs, where it is " + written(before)
                                + "; restart the process to change it"));
            }
        }
        if (!problems.isEmpty()) {
            throw new ShutdownConfigException(problems);
        }
        return changes;
    }

    private static String written(@Nullable Object value) {
        return value == null ? "none" : SettingType.written(value);
    }
}
