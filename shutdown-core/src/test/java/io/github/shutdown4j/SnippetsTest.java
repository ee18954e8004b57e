package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
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
                .hasSizeGreaterThan(50)
                .doesNotHaveDuplicates()
                .allSatisfy(example -> assertThat(compiled).contains(example));
    }

    @Test
    void examplesInTheReadmeAndOnThePageOfTheTimelineCompile() throws IOException {
        for (String page : List.of("../README.md", "../docs/timeline.md")) {
            assertThat(MARKDOWN.matcher(Files.readString(Path.of(page)))
                            .results()
                            .map((MatchResult match) -> JavadocExamples.essence(match.group(1))))
                    .as(page)
                    .isNotEmpty()
                    .allSatisfy(example -> assertThat(compiled).contains(example));
        }
    }
}
