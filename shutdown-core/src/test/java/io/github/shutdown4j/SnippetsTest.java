package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples that are printed are the ones that compile. */
class SnippetsTest {

    private static final Pattern JAVADOC = Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);
    private static final Pattern MARKDOWN = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void examplesInTheJavadocCompile() throws IOException {
        String compiled = essence(Files.readString(Path.of("src/test/java/io/github/shutdown4j/Snippets.java")));
        List<String> found = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(p -> p.toString().endsWith(".java")).toList()) {
                String text = Files.readString(source).replaceAll("(?m)^ *\\* ?", "");
                JAVADOC.matcher(text)
                        .results()
                        .map(match -> essence(match.group(1)))
                        .filter(example -> !example.startsWith("{")) // JSON
                        .forEach(example -> {
                            found.add(example);
                            assertThat(compiled).as(source + " prints").contains(example);
                        });
            }
        }
        assertThat(found).hasSizeGreaterThan(5);
    }

    @Test
    void examplesInTheReadmeCompile() throws IOException {
        String compiled = essence(Files.readString(Path.of("src/test/java/io/github/shutdown4j/Snippets.java")));
        List<String> found = MARKDOWN.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map((MatchResult match) -> essence(match.group(1)))
                .toList();
        assertThat(found).isNotEmpty().allSatisfy(example -> assertThat(compiled)
                .contains(example));
    }

    @Test
    void examplesOfTheTimelineCompile() throws IOException {
        String compiled = essence(Files.readString(Path.of("src/test/java/io/github/shutdown4j/Snippets.java")));
        assertThat(MARKDOWN.matcher(Files.readString(Path.of("../docs/timeline.md")))
                        .results()
                        .map((MatchResult match) -> essence(match.group(1))))
                .isNotEmpty()
                .allSatisfy(example -> assertThat(compiled).contains(example));
    }

    /** Without comments, layout and the last semicolon. */
    private static String essence(String code) {
        return code.replaceAll("(?m)//.*$", "").replaceAll("\\s+", "").replaceAll(";$", "");
    }
}
