package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The settings of a unit file, regardless of sections: none of our keys is in two of them. */
record UnitFile(List<String> lines) {

    static UnitFile read(Path file) throws IOException {
        return new UnitFile(Files.readString(file)
                .replace("\\\n", " ")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList());
    }

    Stream<String> all(String key) {
        return lines.stream().filter(line -> line.startsWith(key + "=")).map(line -> line.substring(key.length() + 1)
                .strip());
    }

    String one(String key) {
        List<String> values = all(key).toList();
        if (values.size() != 1) {
            throw new AssertionError(key + "= stands there " + values.size() + " times");
        }
        return values.get(0);
    }

    Duration seconds(String key) {
        return Duration.ofSeconds(Long.parseLong(one(key)));
    }
}
