package io.github.shutdown4j.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfigException.Problem;
import io.github.shutdown4j.internal.ClosestMatch;
import io.github.shutdown4j.internal.ConfigEntry;
import io.github.shutdown4j.internal.ConfigEntry.Scalar;
import io.github.shutdown4j.internal.ConfigEntry.Table;
import io.github.shutdown4j.internal.ConfigSource;
import io.github.shutdown4j.internal.ConfigSourceException;
import io.github.shutdown4j.internal.ValuePreview;

/** Reads one source (a file, a map, the environment or properties) and collects its settings and mistakes. */
final class ConfigReader {

    private static final String ROOT = ShutdownSetting.TABLE + ".";
    /** A transposition counts as two edits. */
    private static final int MAX_EDIT_DISTANCE = 2;

    private static final Set<String> TABLES = Set.of(ShutdownSetting.TABLE, ROOT + "watchdog");

    private final ConfigValues draft;
    private final Map<String, String> firstOrigins = new HashMap<>();

    private ConfigReader(ConfigValues draft) {
        this.draft = draft;
    }

    /**
     * Reads the table {@code shutdown} of a file; other top-level keys belong to the application. If the table is
     * missing, a key that looks like a misspelling of it is a mistake, because it would silently have no effect.
     */
    static void file(Path file, ConfigValues draft) {
        try {
            List<ConfigEntry> found = ConfigSource.read(file, key -> isShutdownKey(key) || isMisspelled(key));
            List<ConfigEntry> relevant =
                    found.stream().filter(entry -> isShutdownKey(entry.key())).toList();
            List<ConfigEntry> entries = relevant.isEmpty() ? found : relevant;
            new ConfigReader(draft).table("", entries);
        } catch (ConfigSourceException e) {
            draft.reject(new Problem(e.origin(), "", "", String.valueOf(e.getMessage())));
        }
    }

    /** Reads the table {@code shutdown} from a map. */
    static void values(String source, Map<?, ?> values, ConfigValues draft) {
        new ConfigReader(draft).table(ROOT, entries(ValuePreview.line(source), values));
    }

    static void environment(Map<String, String> environment, String prefix, ConfigValues draft) {
        String start = prefix.isEmpty() ? "SHUTDOWN_" : prefix + "_SHUTDOWN_";
        List<String> relevant = new ArrayList<>();
        for (String name : environment.keySet()) {
            if (name.startsWith(start)) {
                relevant.add(name);
            }
        }
        if (!relevant.isEmpty()) {
            Collections.sort(relevant);
            variables(relevant, start, environment, prefix, draft);
        }
    }

    /** Reads the properties that begin with {@code shutdown.}, like keys of a file. */
    static void properties(Properties properties, ConfigValues draft) {
        List<ConfigEntry> relevant = new ArrayList<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(ROOT)) {
                String value = properties.getProperty(name, "");
                relevant.add(new ConfigEntry("-D" + ValuePreview.cut(name), name, new Scalar(value)));
            }
        }
        if (!relevant.isEmpty()) {
            relevant.sort(Comparator.comparing(ConfigEntry::key));
            new ConfigReader(draft).table("", relevant);
        }
    }

    private static void variables(
            List<String> names, String start, Map<String, String> environment, String prefix, ConfigValues draft) {
        Map<String, ShutdownSetting> settings = new LinkedHashMap<>();
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            settings.put(setting.variable(prefix).substring(start.length()), setting);
        }
        List<String> known = List.copyOf(settings.keySet());
        for (String name : names) {
            String value = environment.getOrDefault(name, "");
            String rest = name.substring(start.length());
            ShutdownSetting setting = settings.get(rest);
            if (setting != null) {
                new ConfigReader(draft).value(setting, name, new Scalar(value));
            } else {
                Optional<String> nearest = ClosestMatch.to(rest, known);
                List<String> all = known.stream().map(start::concat).toList();
                String message = unknown("variable", nearest.map(start::concat), all);
                draft.reject(new Problem(
                        "environment", ValuePreview.cut(name), ValuePreview.of(new Scalar(value)), message));
            }
        }
    }

    private static boolean isShutdownKey(String key) {
        return key.equals(ShutdownSetting.TABLE) || key.startsWith(ROOT);
    }

    private static boolean isMisspelled(String key) {
        String table = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
        return !isShutdownKey(key)
                && ClosestMatch.distance(table.toLowerCase(Locale.ROOT), ShutdownSetting.TABLE) <= MAX_EDIT_DISTANCE;
    }

    private void table(String path, List<ConfigEntry> entries) {
        entries.forEach(entry -> entry(path, entry));
    }

    private void entry(String path, ConfigEntry entry) {
        String key = path + entry.key();
        String before = firstOrigins.putIfAbsent(key, entry.origin());
        Optional<ShutdownSetting> setting = ShutdownSetting.byKey(key);
        if (path.isEmpty() && isMisspelled(key)) {
            draft.reject(problem(entry, key, "unknown table, did you mean " + ShutdownSetting.TABLE + "?"));
        } else if (before != null) {
            draft.reject(problem(entry, key, "given twice, first at " + before));
        } else if (setting.isPresent()) {
            value(setting.get(), entry.origin(), entry.value());
        } else if (!TABLES.contains(key)) {
            draft.reject(problem(entry, key, unknownKey(path, entry.key())));
        } else if (entry.value() instanceof Table table) {
            table(key + ".", table.entries());
        } else if (entry.value() instanceof Map<?, ?> map) {
            table(key + ".", entries(entry.origin(), map));
        } else {
            draft.reject(problem(entry, key, "expected a table"));
        }
    }

    private void value(ShutdownSetting setting, String origin, @Nullable Object raw) {
        setting.type()
                .parse(raw)
                .ifPresentOrElse(
                        value -> draft.assign(setting, value, origin),
                        () -> draft.reject(
                                setting,
                                new Problem(
                                        origin,
                                        setting.key(),
                                        ValuePreview.of(raw),
                                        setting.type().expected(raw))));
    }

    private static List<ConfigEntry> entries(String origin, Map<?, ?> map) {
        return map.entrySet().stream()
                .map(entry -> new ConfigEntry(origin, String.valueOf(entry.getKey()), entry.getValue()))
                .toList();
    }

    private static Problem problem(ConfigEntry entry, String key, String message) {
        return new Problem(entry.origin(), ValuePreview.cut(key), ValuePreview.of(entry.value()), message);
    }

    private static String unknownKey(String path, String key) {
        String within = (path + key).substring(ROOT.length());
        List<String> known = Arrays.stream(ShutdownSetting.values())
                .map(ShutdownSetting::path)
                .toList();
        return unknown("key", ClosestMatch.to(within, known).map(ROOT::concat), known);
    }

    private static String unknown(String what, Optional<String> nearest, List<String> known) {
        return nearest.map(name -> "unknown " + what + ", did you mean " + name + "?")
                .orElseGet(() -> "unknown " + what + ", known are " + String.join(", ", known));
    }
}
