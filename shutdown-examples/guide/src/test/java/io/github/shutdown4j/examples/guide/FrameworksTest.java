package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The page of the frameworks prints lines of the examples as they are, comments included. */
class FrameworksTest {

    private static final Path PAGE = Pages.ROOT.resolve("docs/frameworks.md");

    @Test
    void everyBlockOfJavaIsInAnExample() throws IOException {
        // Of all examples, also of those that this JDK cannot compile.
        List<String> sources = Sources.below(Pages.ROOT.resolve("shutdown-examples")).stream()
                .map(FrameworksTest::withoutIndentation)
                .toList();
        assertThat(sources).hasSizeGreaterThan(20);
        List<String> blocks = Pages.blocks(PAGE, "java");
        assertThat(blocks).hasSizeGreaterThan(8);
        assertThat(blocks)
                .as("blocks that are in no source")
                .filteredOn(block -> sources.stream().noneMatch(source -> source.contains(withoutIndentation(block))))
                .isEmpty();
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
    }
}
