package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** CONTRIBUTING.md draws the arrows that {@link ArchitectureTest} allows, all of them and no others. */
class ArchitecturePageTest {

    private static final Pattern DRAWING = Pattern.compile("```mermaid\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NODE = Pattern.compile("(?m)^ *(\\w+)\\[\"");
    private static final Pattern ARROW = Pattern.compile("(?m)^ *(\\w+(?: & \\w+)*) --> (\\w+(?: & \\w+)*)$");

    @Test
    void everyPackageHasANode() throws IOException {
        assertThat(NODE.matcher(drawing()).results().map(node -> nameOfPackage(node.group(1))))
                .containsExactlyInAnyOrderElementsOf(ArchitectureTest.ARROWS.keySet());
    }

    @Test
    void theDrawingShowsTheAllowedDependencies() throws IOException {
        Map<String, Set<String>> drawn = new TreeMap<>();
        ArchitectureTest.ARROWS.keySet().forEach(name -> drawn.put(name, new TreeSet<>()));
        for (MatchResult line : ARROW.matcher(drawing()).results().toList()) {
            for (String from : line.group(1).split(" & ")) {
                for (String to : line.group(2).split(" & ")) {
                    assertThat(drawn.get(nameOfPackage(from)).add(nameOfPackage(to)))
                            .as("%s --> %s is drawn once", from, to)
                            .isTrue();
                }
            }
        }
        assertThat(drawn).isEqualTo(new TreeMap<>(ArchitectureTest.ARROWS));
    }

    private static String drawing() throws IOException {
        Matcher matcher = DRAWING.matcher(Files.readString(Path.of("../CONTRIBUTING.md")));
        assertThat(matcher.find()).as("a drawing in CONTRIBUTING.md").isTrue();
        return matcher.group(1);
    }

    private static String nameOfPackage(String node) {
        return node.equals("root") ? "" : node;
    }
}
