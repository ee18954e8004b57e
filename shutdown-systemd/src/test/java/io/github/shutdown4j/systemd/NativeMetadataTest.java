package io.github.shutdown4j.systemd;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata for GraalVM's native-image: the class that loads native code and must be initialized at run time.
 * Nothing in this module is called by reflection or JNI, so there is no other entry. No image is built here.
 */
class NativeMetadataTest {

    private static final Path PROPERTIES = Path.of(
            "src/main/resources/META-INF/native-image/io.github.shutdown4j/shutdown-systemd/native-image.properties");
    private static final Pattern CLASS = Pattern.compile("io\\.github\\.shutdown4j\\.[A-Za-z.]+");

    @Test
    void theClassThatLoadsNativeCodeIsInitializedAtRunTime() throws Exception {
        String arguments = Files.readString(PROPERTIES);
        assertThat(arguments).contains("--initialize-at-run-time=");
        assertThat(CLASS.matcher(arguments).results().map(MatchResult::group)).containsExactly(LibC.class.getName());
    }

    @Test
    void noClassHasNativeMethodsWhichWouldHaveToBeRegistered() throws Exception {
        Path classes = Path.of("target/classes");
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .filter(path -> !path.endsWith("module-info.class"))
                    .toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
                found.add(Class.forName(name, false, NativeMetadataTest.class.getClassLoader()));
            }
        }
        assertThat(found).contains(LibC.class);
        assertThat(found)
                .flatMap(type -> List.of(type.getDeclaredMethods()))
                .noneMatch(method -> Modifier.isNative(method.getModifiers()));
    }
}
