package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The programs that the pages print from. */
final class Sources {

    private static final Path MAIN = Path.of("src", "main");

    private Sources() {}

    /** The text of each file below this directory, without tests. */
    static List<String> below(Path directory) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().matches(".*\\.(java|kt)") && file.toString().contains(MAIN.toString())) {
                    texts.add(Files.readString(file));
                }
            }
        }
        return texts;
    }
}
