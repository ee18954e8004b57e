package io.github.shutdown4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The examples in the Javadoc of a module, and the code of its tests that compiles them. */
public final class JavadocExamples {

    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile(
            "(?m)^public (?:final |abstract |sealed |non-sealed )*(?:class|interface|record|enum|@interface) (\\w+)");
    private static final Pattern REFERENCE = Pattern.compile("See the example of\\s+\\{@link\\s+(\\w+)\\}");

    /** The Javadoc of each public type, above its declaration; by simple name. */
    private final Map<String, String> types = new TreeMap<>();

    private final List<String> examples = new ArrayList<>();

    /** Reads the packages of {@code sources}, except internal ones. */
    public JavadocExamples(Path sources) throws IOException {
        for (Path file : javaFiles(sources)) {
            String text = Files.readString(file);
            String plain = text.replaceAll("(?m)^ *\\* ?", "");
            in(plain).forEach(examples::add);
            Matcher type = TYPE.matcher(text);
            if (!file.getParent().endsWith("internal") && type.find()) {
                types.put(type.group(1), plain.substring(0, plain.indexOf(type.group())));
            }
        }
    }

    /** Returns all examples, without comments and layout. */
    public List<String> examples() {
        return List.copyOf(examples);
    }

    /** Returns the public types whose Javadoc has no example and names no type that has one. */
    public List<String> typesWithoutExample() {
        return types.keySet().stream()
                .filter(name -> !hasExample(name) && !refersToExample(name))
                .toList();
    }

    private boolean hasExample(String type) {
        return !in(types.getOrDefault(type, "")).isEmpty();
    }

    private boolean refersToExample(String type) {
        Matcher reference = REFERENCE.matcher(types.get(type));
        return reference.find() && hasExample(reference.group(1));
    }

    private static List<String> in(String text) {
        return EXAMPLE.matcher(text)
                .results()
                .map((MatchResult match) -> essence(match.group(1)))
                .filter(example -> !example.startsWith("{")) // JSON
                .toList();
    }

    /** Returns the code of all files below {@code tests} whose name ends in "Snippets.java", without comments and layout. */
    public static String compiled(Path tests) throws IOException {
        StringBuilder code = new StringBuilder();
        for (Path file : javaFiles(tests)) {
            if (file.toString().endsWith("Snippets.java")) {
                code.append(essence(Files.readString(file))).append('\n');
            }
        }
        return code.toString();
    }

    /** Returns the code without comments, layout and the last semicolon. */
    public static String essence(String code) {
        return code.replaceAll("(?m)(?<!:)//.*$", "").replaceAll("\\s+", "").replaceAll(";$", "");
    }

    private static List<Path> javaFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }
}
