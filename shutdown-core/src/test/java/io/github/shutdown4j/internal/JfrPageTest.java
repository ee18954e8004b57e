package io.github.shutdown4j.internal;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jdk.jfr.Event;
import jdk.jfr.Name;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The table in docs/jfr.md lists all events with their fields, and the effects of a signal. */
class JfrPageTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(io\\.github\\.shutdown4j\\.\\w+)` \\| .* \\| (.*) \\|$");
    private static final Pattern FIELD = Pattern.compile("`([a-z]\\w*)`");
    private static final Pattern EFFECT = Pattern.compile("`([a-z]+ [a-z ]+)(?:, \\.\\.\\.)?`");

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/jfr.md"));
    }

    @Test
    void eachEventIsOnThePageWithItsFields() throws IOException {
        Map<String, Set<String>> onPage = new TreeMap<>();
        ROW.matcher(page()).results().forEach(row -> onPage.put(row.group(1), matches(FIELD, row.group(2))));

        Map<String, Set<String>> events = new TreeMap<>();
        for (Class<?> type : JfrEvents.class.getDeclaredClasses()) {
            if (Event.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                events.put(type.getAnnotation(Name.class).value(), fields(type));
            }
        }
        assertThat(events).hasSizeGreaterThan(5);
        assertThat(onPage).isEqualTo(events);
    }

    /** The fields that an event sets: its own, and those of the common part unless they are always empty. */
    private static Set<String> fields(Class<?> event) {
        Set<String> names = names(event);
        if (event.getSuperclass() != Event.class) {
            names.addAll(names(event.getSuperclass()));
        }
        if (List.of(JfrEvents.ShutdownEvent.class, JfrEvents.PhaseEvent.class).contains(event)) {
            names.remove("detail");
        }
        return names;
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                .map(Field::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachEffectOfASignalOnThePageIsRecordedSomewhere() throws IOException {
        MatchResult row = ROW.matcher(page())
                .results()
                .filter(each -> each.group(1).endsWith(".Signal"))
                .findFirst()
                .orElseThrow();
        Path sources = Path.of("src/main/java/io/github/shutdown4j");
        String code = Files.readString(sources.resolve("SignalPolicy.java"))
                + Files.readString(sources.resolve("reload/SighupHandler.java"));

        assertThat(matches(EFFECT, row.group(2))).hasSizeGreaterThan(3).allSatisfy(effect -> assertThat(code)
                .contains("\"" + effect));
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
