package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages of the frameworks print lines of the examples as they are, comments included. */
class FrameworksTest {

    @ParameterizedTest
    @ValueSource(strings = {"frameworks", "servers", "clients"})
    void everyBlockOfCodeIsInAnExample(String page) throws IOException {
        // All examples, including those that this JDK cannot compile.
        List<String> sources = Sources.below(Pages.ROOT.resolve("shutdown-examples")).stream()
                .map(FrameworksTest::withoutIndentation)
                .toList();
        assertThat(sources).hasSizeGreaterThan(20);
        List<String> blocks = new ArrayList<>();
        blocks.addAll(Pages.blocks(Pages.ROOT.resolve("docs/" + page + ".md"), "java"));
        blocks.addAll(Pages.blocks(Pages.ROOT.resolve("docs/" + page + ".md"), "kotlin"));
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
