package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples that are printed are the ones that compile. */
class SnippetsTest {

    private static final Pattern JAVADOC = Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);
    private static final Pattern MARKDOWN = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static String compiled() throws IOException {
        return essence(Files.readString(Path.of("src/test/java/io/github/shutdown4j/systemd/Snippets.java")));
    }

    private static List<String> examples(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> essence(match.group(1)))
                .toList();
    }

    @Test
    void examplesOnThePageCompile() throws IOException {
        String compiled = compiled();
        assertThat(examples(MARKDOWN, Files.readString(Path.of("../docs/systemd.md"))))
                .hasSizeGreaterThan(2)
                .allSatisfy(example -> assertThat(compiled).contains(example));
    }

    @Test
    void examplesInTheJavadocCompile() throws IOException {
        String compiled = compiled();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(p -> p.toString().endsWith(".java")).toList()) {
                String text = Files.readString(source).replaceAll("(?m)^ *\\* ?", "");
                assertThat(examples(JAVADOC, text))
                        .allSatisfy(example ->
                                assertThat(compiled).as(source + " prints").contains(example));
            }
        }
    }

    /** Without comments, layout and the last semicolon. */
    private static String essence(String code) {
        return code.replaceAll("(?m)//.*$", "").replaceAll("\\s+", "").replaceAll(";$", "");
    }
}
