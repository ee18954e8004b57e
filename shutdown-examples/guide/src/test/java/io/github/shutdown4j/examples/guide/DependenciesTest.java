package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The Maven and Gradle coordinates on the pages are those of the modules, with the current version. */
class DependenciesTest {

    private static final Pattern DEPENDENCY = Pattern.compile(
            "<groupId>io\\.github\\.shutdown4j</groupId>\\s*<artifactId>([\\w-]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern PROPERTY = Pattern.compile("<shutdown4j\\.version>([^<]+)</shutdown4j\\.version>");
    private static final Pattern GRADLE = Pattern.compile("\"io\\.github\\.shutdown4j:([\\w-]+):([^:\"]+)(?::\\w+)?\"");

    @Test
    void theVersionIsTheCurrentOne() throws IOException {
        String pom = Files.readString(Pages.ROOT.resolve("pom.xml"));
        Matcher project = Pattern.compile("<version>([^<]+)</version>").matcher(pom);
        assertThat(project.find()).isTrue();
        List<String> modules = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        for (Path page : Pages.all()) {
            String text = Pages.text(page);
            for (Pattern pattern : List.of(DEPENDENCY, GRADLE)) {
                pattern.matcher(text).results().forEach(match -> {
                    modules.add(match.group(1));
                    versions.add(match.group(2));
                });
            }
            PROPERTY.matcher(text).results().forEach(match -> versions.add(match.group(1)));
        }
        assertThat(modules).hasSizeGreaterThan(4).allSatisfy(module -> assertThat(
                        Pages.ROOT.resolve(module + "/pom.xml"))
                .exists());
        assertThat(versions)
                .hasSizeGreaterThan(5)
                .allMatch(version -> version.equals(project.group(1)) || version.equals("${shutdown4j.version}"));
    }
}
