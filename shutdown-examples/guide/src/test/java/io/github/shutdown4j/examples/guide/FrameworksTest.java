package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The page of the frameworks prints lines of the examples as they are, comments included. */
class FrameworksTest {

    private static final Path PAGE = Pages.ROOT.resolve("docs/frameworks.md");

    @Test
    void everyBlockOfJavaIsInAnExample() throws IOException {
        List<String> sources = sources();
        List<String> blocks = Pages.blocks(PAGE, "java");
        assertThat(blocks).hasSizeGreaterThan(8);
        assertThat(blocks)
                .as("blocks that are in no source")
                .filteredOn(block -> sources.stream().noneMatch(source -> source.contains(withoutIndentation(block))))
                .isEmpty();
    }

    /** Of all examples, also of those that this JDK cannot compile. */
    private static List<String> sources() throws IOException {
        Path main = Path.of("src", "main", "java");
        try (Stream<Path> files = Files.walk(Pages.ROOT.resolve("shutdown-examples"))) {
            List<Path> found = files.filter(path ->
                            path.toString().endsWith(".java") && path.toString().contains(main.toString()))
                    .toList();
            assertThat(found).hasSizeGreaterThan(20);
            return found.stream().map(FrameworksTest::read).toList();
        }
    }

    private static String read(Path source) {
        try {
            return withoutIndentation(Files.readString(source));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
    }
}
