package io.github.shutdown4j.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The way a test passes one setting to the loader. */
enum ConfigTestSource {
    JSON {
        @Override
        ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) throws IOException {
            String[] path = setting.path().split("\\.");
            String inner = "\"" + path[path.length - 1] + "\": " + value;
            String table = path.length == 1 ? inner : "\"" + path[0] + "\": {" + inner + "}";
            Path file = Files.writeString(directory.resolve("app.json"), "{\"shutdown\": {" + table + "}}");
            return ShutdownConfig.loader().file(file);
        }
    },
    TOML {
        @Override
        ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) throws IOException {
            Path file = Files.writeString(directory.resolve("app.toml"), setting.key() + " = " + value + "\n");
            return ShutdownConfig.loader().file(file);
        }
    },
    PROPERTIES {
        @Override
        ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) throws IOException {
            String text = setting.key() + "=" + value.replace("\"", "") + "\n";
            return ShutdownConfig.loader().file(Files.writeString(directory.resolve("app.properties"), text));
        }
    },
    SYSTEM {
        @Override
        ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) {
            Properties properties = new Properties();
            properties.setProperty(setting.key(), value.replace("\"", ""));
            return ShutdownConfig.loader().properties(properties);
        }
    },
    ENVIRONMENT {
        @Override
        ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) {
            String text = value.replace("\"", "");
            return ShutdownConfig.loader().environment(Map.of(setting.variable("APP"), text));
        }
    },
    VALUES {
        @Override
        ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) {
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
    };

    abstract ShutdownConfigLoader with(Path directory, ShutdownSetting setting, String value) throws IOException;
}
