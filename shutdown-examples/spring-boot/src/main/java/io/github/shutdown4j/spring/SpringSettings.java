package io.github.shutdown4j.spring;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownSetting;

/**
 * Reads the settings {@code shutdown.*} from the environment of Spring, such as application.yml, in all notations of Spring:
 * {@code timeout-secs}, {@code timeout_secs} or {@code timeoutSecs}. The variables APP_SHUTDOWN_... override them.
 */
final class SpringSettings {

    private static final String PREFIX = "shutdown";
    private static final String WATCHDOG = "watchdog";

    private SpringSettings() {}

    static ShutdownConfig from(Environment environment) {
        Map<String, Object> values = Binder.get(environment)
                .bind(PREFIX, Bindable.mapOf(String.class, Object.class))
                .orElseGet(Map::of);
        return ShutdownConfig.loader()
                .values("the environment of Spring", canonical(values))
                .environment(System.getenv())
                .load();
    }

    /** Converts to the names of the library; unknown names are kept and reported as mistakes. */
    private static Map<String, Object> canonical(Map<?, ?> values) {
        Map<String, String> known = new HashMap<>();
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            String path = setting.key().substring(PREFIX.length() + 1);
            known.put(uniform(path), path);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        flatten("", values, (path, value) -> put(result, known.getOrDefault(uniform(path), path), typed(value)));
        return result;
    }

    /** Spring presents a variable such as SHUTDOWN_TIMEOUT_SECS as nested tables, one level for each underscore. */
    private static void flatten(String prefix, Map<?, ?> values, BiConsumer<String, Object> each) {
        values.forEach((key, value) -> {
            String path = prefix + key;
            if (value instanceof Map<?, ?> nested) {
                flatten(path + ".", nested, each);
            } else {
                each.accept(path, value);
            }
        });
    }

    private static void put(Map<String, Object> result, String path, Object value) {
        if (path.startsWith(WATCHDOG + ".")) {
            @SuppressWarnings("unchecked") // created here
            var watchdog = (Map<String, Object>) result.computeIfAbsent(WATCHDOG, table -> new LinkedHashMap<>());
            watchdog.put(path.substring(WATCHDOG.length() + 1), value);
        } else {
            result.put(path, value);
        }
    }

    private static String uniform(String name) {
        return name.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }

    /** Properties files and variables contain only text. */
    private static Object typed(Object value) {
        if (!(value instanceof String text)) {
            return value;
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException word) {
            return text;
        }
    }
}
