package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** No page of this repository has a broken link within it, or names a test that does not exist. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    /** An annotation of another library is no test. */
    private static final Pattern TEST = Pattern.compile("(?<![@\\w.])[A-Z]\\w*Test\\b");

    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

    @Test
    void everyLinkWithinTheRepositoryLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int seen = 0;
        for (Path page : Pages.all()) {
            for (String link : links(page)) {
                seen++;
                if (!leadsSomewhere(page, link)) {
                    dead.add(Pages.ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(seen).as("links seen").isGreaterThan(50);
    }

    @Test
    void everyPageIsInTheIndex() throws IOException {
        Path docs = Pages.ROOT.resolve("docs");
        Path index = docs.resolve("README.md");
        Set<Path> listed =
                links(index).stream().map(link -> target(index, link)).collect(Collectors.toSet());
        assertThat(Pages.all().stream()
                        .filter(page -> page.startsWith(docs) && !page.equals(index))
                        .toList())
                .isNotEmpty()
                .allSatisfy(page -> assertThat(listed).contains(page));
    }

    @Test
    void everyTestThatAPageNamesExists() throws IOException {
        Set<String> tests = new HashSet<>();
        Files.walkFileTree(Pages.ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean isBuilt = directory.endsWith("target"); // other modules may be changing it
                return isBuilt ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                tests.add(file.getFileName().toString().replaceFirst("\\.(java|kt)$", ""));
                return FileVisitResult.CONTINUE;
            }
        });
        for (Path page : Pages.all()) {
            assertThat(TEST.matcher(Files.readString(page)).results().map(MatchResult::group))
                    .as("tests named in %s", Pages.ROOT.relativize(page))
                    .isSubsetOf(tests);
        }
    }

    /** Those that stay within the repository. */
    private static List<String> links(Path page) throws IOException {
        return LINK.matcher(Pages.prose(page))
                .results()
                .map(match -> match.group(1))
                .filter(link -> !link.contains("://"))
                .toList();
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        Path target = target(page, link);
        if (!Files.exists(target)) {
            return false;
        }
        int hash = link.indexOf('#');
        return hash < 0 || anchors(target).contains(link.substring(hash + 1));
    }

    private static Path target(Path page, String link) {
        String file = link.replaceFirst("#.*", "");
        return file.isEmpty() ? page : page.resolveSibling(file).normalize();
    }

    /** The anchors that GitHub derives from headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Pages.prose(page))
                .results()
                .map(match -> match.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
