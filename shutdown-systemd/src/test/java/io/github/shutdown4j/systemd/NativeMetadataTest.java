package io.github.shutdown4j.systemd;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the jar tells GraalVM's native-image speaks of classes that exist, in the old format and the new, and leaves out none
 * that JNA must see. Whether an image works is not tried here.
 */
class NativeMetadataTest {

    private static final Path FOLDER =
            Path.of("src/main/resources/META-INF/native-image/io.github.shutdown4j/shutdown-systemd");
    private static final Pattern PROPERTY_CLASS = Pattern.compile("io\\.github\\.shutdown4j\\.[A-Za-z.]+");

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void everyClassThatIsNamedExists() throws Exception {
        List<String> named = new ArrayList<>();
        for (String file : List.of("reachability-metadata.json", "reflect-config.json", "jni-config.json")) {
            collect(json.readTree(FOLDER.resolve(file).toFile()), named);
        }
        Matcher arguments = PROPERTY_CLASS.matcher(Files.readString(FOLDER.resolve("native-image.properties")));
        arguments.results().forEach(match -> named.add(match.group()));
        assertThat(named).hasSizeGreaterThan(8).allSatisfy(Class::forName);
    }

    private static void collect(JsonNode node, List<String> named) {
        for (String key : List.of("type", "name", "typeReached", "typeReachable")) {
            JsonNode value = node.path(key);
            if (value.isTextual()) {
                named.add(value.asText());
            }
        }
        node.forEach(child -> collect(child, named));
    }

    @Test
    void everyClassWithNativeMethodsIsRegisteredInBothFormats() throws Exception {
        List<String> expected = classesWithNativeMethods();
        assertThat(expected).contains(LibC.class.getName());
        for (String name : expected) {
            assertThat(json.readTree(
                                    FOLDER.resolve("reachability-metadata.json").toFile())
                            .at("/reflection"))
                    .anySatisfy(entry -> {
                        assertThat(entry.path("type").asText()).isEqualTo(name);
                        assertThat(entry.path("jniAccessible").asBoolean()).isTrue();
                        assertThat(entry.path("allDeclaredMethods").asBoolean()).isTrue();
                    });
            for (String file : List.of("reflect-config.json", "jni-config.json")) {
                assertThat(json.readTree(FOLDER.resolve(file).toFile())).anySatisfy(entry -> {
                    assertThat(entry.path("name").asText()).isEqualTo(name);
                    assertThat(entry.path("allDeclaredMethods").asBoolean()).isTrue();
                });
            }
        }
    }

    private static List<String> classesWithNativeMethods() throws Exception {
        Path classes = Path.of("target/classes");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .filter(path -> !path.endsWith("module-info.class"))
                    .toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
                Class<?> type = Class.forName(name, false, NativeMetadataTest.class.getClassLoader());
                if (Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> Modifier.isNative(method.getModifiers()))) {
                    found.add(name);
                }
            }
        }
        return found;
    }
}
