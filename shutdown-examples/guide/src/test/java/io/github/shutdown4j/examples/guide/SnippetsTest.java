package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The code on the pages is the code that compiles here. */
class SnippetsTest {

    static Stream<Path> pages() {
        return Stream.of(
                        "lifecycle",
                        "signals",
                        "services",
                        "drain",
                        "resources",
                        "event-queue",
                        "observing",
                        "configuration",
                        "coming-from/shutdown-hooks",
                        "coming-from/spring",
                        "coming-from/pekko",
                        "coming-from/hadoop")
                .map(name -> Pages.ROOT.resolve("docs/" + name + ".md"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockOfJavaCompiles(Path page) throws IOException {
        List<String> sources = Stream.of(Path.of("src"), Path.of("../spring-boot/src"))
                .flatMap(SnippetsTest::sourcesBelow)
                .toList();
        List<String> blocks = Pages.blocks(page, "java");
        assertThat(blocks).as("blocks of %s", page).isNotEmpty();
        assertThat(blocks)
                .as("blocks of %s that are in no source", page)
                .allSatisfy(block -> assertThat(sources).as(block).anyMatch(source -> source.contains(essence(block))));
    }

    private static Stream<String> sourcesBelow(Path directory) {
        try {
            return Sources.below(directory).stream().map(SnippetsTest::essence);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without comments, layout and the last semicolon. */
    private static String essence(String code) {
        return code.replaceAll("(?m)//.*$", "").replaceAll("\\s+", "").replaceAll(";$", "");
    }
}
