package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.JavadocExamples;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples that are printed are the ones that compile. */
class SnippetsTest {

    private static final Pattern MARKDOWN = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final String compiled;
    private final JavadocExamples javadoc;

    SnippetsTest() throws IOException {
        compiled = JavadocExamples.compiled(Path.of("src/test/java"));
        javadoc = new JavadocExamples(Path.of("src/main/java"));
    }

    @Test
    void everyPublicTypeShowsAnExampleOrNamesTheTypeThatDoes() {
        assertThat(javadoc.typesWithoutExample()).isEmpty();
    }

    @Test
    void examplesInTheJavadocCompileAndNoneIsPrintedTwice() {
        assertThat(javadoc.examples())
                .hasSizeGreaterThan(8)
                .doesNotHaveDuplicates()
                .allSatisfy(example -> assertThat(compiled).contains(example));
    }

    @Test
    void examplesOnThePageCompile() throws IOException {
        assertThat(MARKDOWN.matcher(Files.readString(Path.of("../docs/systemd.md")))
                        .results()
                        .map(match -> JavadocExamples.essence(match.group(1))))
                .hasSizeGreaterThan(2)
                .allSatisfy(example -> assertThat(compiled).contains(example));
    }
}
