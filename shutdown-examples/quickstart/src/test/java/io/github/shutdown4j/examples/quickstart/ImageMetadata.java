package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The grants in the files under META-INF/native-image in a jar, compared with the observed lookups. */
record ImageMetadata(List<Grant> grants) {

    /**
     * One thing that may be looked up in the image.
     *
     * @param what as in {@link Query#needs}
     * @param condition the class that must be reached before
     * @param implied whether another grant of the same entry implies it
     */
    record Grant(String what, Optional<String> condition, boolean implied) {}

    /** The names of the files: one file since GraalVM for JDK 23, one for each purpose before. */
    enum Format {
        CURRENT("reachability-metadata.json"),
        OLD("(reflect|proxy|resource)-config.json");

        private final String files;

        Format(String files) {
            this.files = files;
        }
    }

    /** A type of the current format implies these, which had separate flags in the old one. */
    private static final List<String> COMES_WITH_TYPE = List.of(
            "allRecordComponents",
            "allNestMembers",
            "allPermittedSubclasses",
            "allDeclaredClasses",
            "allPublicClasses");

    static ImageMetadata in(Path jar, Format format) throws IOException {
        List<Grant> grants = new ArrayList<>();
        try (FileSystem contents = FileSystems.newFileSystem(jar);
                Stream<Path> files = Files.walk(contents.getPath("META-INF/native-image"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json"))
                    .filter(each -> each.getFileName().toString().matches(format.files))
                    .toList()) {
                read(new ObjectMapper().readTree(Files.readAllBytes(file)), format, grants);
            }
        }
        return new ImageMetadata(List.copyOf(grants));
    }

    private static void read(JsonNode file, Format format, List<Grant> grants) {
        for (JsonNode entry : file.isArray() ? file : file.path("reflection")) {
            JsonNode proxy = entry.has("interfaces") ? entry.get("interfaces") : entry.at("/type/proxy");
            if (proxy.isArray()) {
                grants.add(new Grant("proxy " + texts(proxy), condition(entry), false));
            } else {
                readType(entry, format, grants);
            }
        }
        JsonNode resources = file.path("resources");
        for (JsonNode entry : resources.isArray() ? resources : resources.path("includes")) {
            String name =
                    entry.path(format == Format.CURRENT ? "glob" : "pattern").asText();
            String exact = format == Format.CURRENT ? name : name.replaceAll("^\\\\Q(.*)\\\\E$", "$1");
            if (exact.matches(".*[*\\\\].*")) {
                throw new IllegalArgumentException("only one resource at a time is understood here, was " + name);
            }
            grants.add(new Grant("resource " + exact, condition(entry), false));
        }
    }

    private static void readType(JsonNode entry, Format format, List<Grant> grants) {
        String type = entry.path(format == Format.CURRENT ? "type" : "name").asText();
        List<String> members = new ArrayList<>();
        entry.fieldNames().forEachRemaining(key -> {
            if (entry.get(key).isBoolean()) {
                members.add(key + " " + type);
            }
        });
        for (JsonNode field : entry.path("fields")) {
            members.add("field " + type + "." + field.path("name").asText());
        }
        for (JsonNode method : entry.path("methods")) {
            String parameters = String.join(", ", texts(method.path("parameterTypes")));
            members.add("method " + type + "." + method.path("name").asText() + "(" + parameters + ")");
        }
        members.forEach(member -> grants.add(new Grant(member, condition(entry), false)));
        grants.add(new Grant("type " + type, condition(entry), !members.isEmpty()));
        if (format == Format.CURRENT) {
            COMES_WITH_TYPE.forEach(flag -> grants.add(new Grant(flag + " " + type, condition(entry), true)));
        }
    }

    private static Optional<String> condition(JsonNode entry) {
        JsonNode condition = entry.path("condition");
        return Stream.of("typeReached", "typeReachable")
                .filter(condition::has)
                .map(key -> condition.get(key).asText())
                .findFirst();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** The classes that conditions name. */
    List<String> conditions() {
        return grants.stream()
                .flatMap(grant -> grant.condition().stream())
                .distinct()
                .toList();
    }

    /** All but one, to check that its absence is detected. */
    ImageMetadata without(Grant one) {
        return new ImageMetadata(
                grants.stream().filter(each -> !each.equals(one)).toList());
    }

    /** The lookups that would fail in an image; a grant whose condition was not reached does not count. */
    List<Query> missing(Collection<Query> asked, Set<String> reached) {
        List<String> granted = grants.stream()
                .filter(grant -> grant.condition().map(reached::contains).orElse(true))
                .map(Grant::what)
                .toList();
        return asked.stream()
                .filter(query -> query.needs().stream().noneMatch(granted::contains))
                .toList();
    }

    /** The grants that no lookup needed. */
    List<Grant> dead(Collection<Query> asked) {
        return grants.stream()
                .filter(grant -> !grant.implied())
                .filter(grant -> asked.stream().noneMatch(query -> query.needs().contains(grant.what())))
                .toList();
    }
}
