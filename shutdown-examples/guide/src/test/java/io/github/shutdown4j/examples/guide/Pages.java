package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown of this repository. */
final class Pages {

    static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Pattern FENCE = Pattern.compile("(?m)^(```+)(\\w*)[^\n]*\n(.*?)^\\1 *$", Pattern.DOTALL);

    private Pages() {}

    /** All pages that are written by hand: at the top, in docs, in findings, and those of the examples. */
    static List<Path> all() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> examples = Files.list(ROOT.resolve("shutdown-examples"))) {
            Stream<Path> indexes =
                    Stream.of(ROOT.resolve("findings/README.md"), ROOT.resolve("shutdown-examples/README.md"));
            return Stream.of(top, docs, indexes, examples.map(example -> example.resolve("README.md")))
                    .flatMap(pages -> pages)
                    .filter(path -> path.toString().endsWith(".md") && Files.exists(path))
                    .sorted()
                    .toList();
        }
    }

    static String text(Path page) throws IOException {
        return Files.readString(page);
    }

    /** The contents of the code blocks of a language. */
    static List<String> blocks(Path page, String language) throws IOException {
        return FENCE.matcher(text(page))
                .results()
                .filter(match -> match.group(2).equals(language))
                .map(match -> match.group(3))
                .toList();
    }

    /** The page without its blocks of code. */
    static String prose(Path page) throws IOException {
        return FENCE.matcher(text(page)).replaceAll(Matcher.quoteReplacement("\n"));
    }
}
