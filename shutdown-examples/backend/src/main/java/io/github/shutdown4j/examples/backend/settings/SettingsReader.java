package io.github.shutdown4j.examples.backend.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import org.apache.commons.text.similarity.LevenshteinDistance;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigException;
import io.github.shutdown4j.config.ShutdownConfigLoader;

/** Reads file and environment, and reports all mistakes together. */
final class SettingsReader {

    private static final String SHUTDOWN = "shutdown";

    private final Map<Setting, SettingValue> found = new EnumMap<>(Setting.class);
    private final List<String> mistakes = new ArrayList<>();
    private final Set<Setting> wrong = EnumSet.noneOf(Setting.class);
    private final Set<String> reportedByShutdown = new TreeSet<>();

    static Settings read(Optional<Path> file, Map<String, String> environment) throws SettingsException {
        SettingsReader reader = new SettingsReader();
        for (Setting setting : Setting.values()) {
            reader.found.put(setting, new SettingValue(setting.byDefault(), "default"));
        }
        ShutdownConfig shutdown = reader.shutdown(file, environment);
        file.ifPresent(reader::readFile);
        reader.readEnvironment(environment);
        Settings settings = new Settings(file, reader.found, shutdown);
        reader.mistakes.addAll(Contradictions.in(settings, reader.wrong));
        if (!reader.mistakes.isEmpty()) {
            throw new SettingsException(reader.mistakes);
        }
        return settings;
    }

    /** The library reads its own table and reports problems of the file as a whole. */
    private ShutdownConfig shutdown(Optional<Path> file, Map<String, String> environment) {
        ShutdownConfigLoader loader = ShutdownConfig.loader();
        file.ifPresent(loader::file);
        try {
            return loader.environment(environment).load();
        } catch (ShutdownConfigException e) {
            for (ShutdownConfigException.Problem problem : e.problems()) {
                mistakes.add(problem.text());
                reportedByShutdown.add(problem.key());
            }
            return ShutdownConfig.defaults();
        }
    }

    private void readFile(Path file) {
        Map<?, ?> content;
        try {
            content = mapperFor(file).readValue(file.toFile(), Map.class);
        } catch (IOException e) {
            return; // already reported
        }
        readTable(file.toString(), "", content);
    }

    /** Uses the same rules as the library for its table. */
    private static ObjectMapper mapperFor(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".json") ? new JsonMapper() : new TomlMapper();
    }

    private void readTable(String origin, String prefix, Map<?, ?> table) {
        table.forEach((name, value) -> {
            String key = prefix + name;
            Optional<Setting> setting = Setting.byKey(key);
            if (setting.isPresent()) {
                String quote = value instanceof String ? "\"" : ""; // shows that a value is quoted by mistake
                accept(
                        setting.get(),
                        origin,
                        key,
                        quote,
                        value,
                        setting.get().type().ofFile(value));
            } else if (isTable(key) && value instanceof Map<?, ?> inner) {
                readTable(origin, key + ".", inner);
            } else if (isTable(key)) {
                mistakes.add(origin + ": " + key + ": expected a table");
            } else if (!key.equals(SHUTDOWN) && !reportedByShutdown.contains(key)) {
                mistakes.add(origin + ": " + key + ": " + unknown(key));
            }
        });
    }

    private void readEnvironment(Map<String, String> environment) {
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.variable());
            if (value != null) {
                accept(
                        setting,
                        setting.variable(),
                        setting.key(),
                        "",
                        value,
                        setting.isUrl() && value.isBlank()
                                ? Optional.empty()
                                : setting.type().ofVariable(value));
            }
        }
        environment.keySet().stream().sorted().forEach(this::lookForMisspelling);
    }

    /** An embedded server that starts because of a misspelt name would accept jobs that other instances never see. */
    private void lookForMisspelling(String variable) {
        if (!variable.endsWith("_URL")) {
            return;
        }
        Arrays.stream(Setting.values())
                .filter(Setting::isUrl)
                .map(Setting::variable)
                .filter(known -> !known.equals(variable))
                .filter(known -> LevenshteinDistance.getDefaultInstance().apply(variable, known) <= 2)
                .forEach(known -> mistakes.add(variable + ": unknown variable, did you mean " + known + "?"));
    }

    private void accept(Setting setting, String origin, String key, String quote, Object raw, Optional<Object> value) {
        value.ifPresentOrElse(good -> found.put(setting, new SettingValue(good, origin)), () -> {
            wrong.add(setting);
            mistakes.add(origin + ": " + key + " = " + quote + setting.shown(raw) + quote + ": expected "
                    + setting.type().expected());
        });
    }

    private static boolean isTable(String key) {
        return Arrays.stream(Setting.values()).anyMatch(setting -> setting.key().startsWith(key + "."));
    }

    /** Half of its letters may be wrong. */
    private static String unknown(String key) {
        Set<String> known =
                Arrays.stream(Setting.values()).map(Setting::key).collect(Collectors.toCollection(TreeSet::new));
        known.add(SHUTDOWN);
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance.apply(key, candidate)))
                .filter(nearest -> distance.apply(key, nearest) <= key.length() / 2)
                .map(nearest -> "unknown key, did you mean " + nearest + "?")
                .orElseGet(() -> "unknown key, known are " + String.join(", ", known));
    }
}
