package io.github.shutdown4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata for GraalVM's native-image lists, in the old format and the new one, what the code looks up by name, see
 * {@link ArchitectureTest}, and what Jackson looks up for it; a test of the quickstart observes the latter at run time.
 * {@code .ci/native} builds and tests an image where the tool is installed.
 */
class NativeMetadataTest {

    private static final Path DIRECTORY =
            Path.of("src/main/resources/META-INF/native-image/io.github.shutdown4j/shutdown-core");

    private static JsonNode read(String file) throws Exception {
        return new ObjectMapper().readTree(DIRECTORY.resolve(file).toFile());
    }

    @Test
    void everythingThatIsNamedExists() throws Exception {
        List<String> members = new ArrayList<>();
        for (JsonNode entry : read("reachability-metadata.json").get("reflection")) {
            Class.forName(entry.at("/condition/typeReached").asText());
            checkMembers(entry, Class.forName(entry.get("type").asText().replace("[]", "")), members);
        }
        assertThat(members)
                .containsExactlyInAnyOrder(
                        "ForkJoinPool.cancelDelayedTasksOnShutdown",
                        "ForkJoinPool.getDelayedTaskCount",
                        "ForkJoinPool.submitWithTimeout",
                        "Java7SupportImpl.<init>");
    }

    /** A fork-join pool is a scheduler since 25. */
    private static boolean isOfALaterRuntime(Class<?> type) {
        return type.equals(ForkJoinPool.class) && Runtime.version().feature() < 25;
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return name.equals("long") ? long.class : Class.forName(name);
    }

    private static void checkMembers(JsonNode entry, Class<?> type, List<String> members) throws Exception {
        for (JsonNode method : entry.path("methods")) {
            List<Class<?>> parameters = new ArrayList<>();
            for (JsonNode parameter : method.get("parameterTypes")) {
                parameters.add(type(parameter.asText()));
            }
            String name = method.get("name").asText();
            Class<?>[] types = parameters.toArray(Class<?>[]::new);
            if (!isOfALaterRuntime(type)) {
                assertThat(name.equals("<init>") ? type.getConstructor(types) : type.getMethod(name, types))
                        .isNotNull();
            }
            members.add(type.getSimpleName() + "." + name);
        }
    }

    @Test
    void oldFormatIsEquivalent() throws Exception {
        JsonNode current = read("reachability-metadata.json").get("reflection");
        JsonNode old = read("reflect-config.json");
        for (int i = 0; i < old.size(); i++) {
            assertThat(old.get(i).get("name")).isEqualTo(current.get(i).get("type"));
            assertThat(old.get(i).get("methods")).isEqualTo(current.get(i).get("methods"));
            assertThat(old.get(i).path("fields")).isEqualTo(current.get(i).path("fields"));
            assertThat(old.get(i).path("unsafeAllocated"))
                    .isEqualTo(current.get(i).path("unsafeAllocated"));
            assertThat(old.get(i).at("/condition/typeReachable"))
                    .isEqualTo(current.get(i).at("/condition/typeReached"));
        }
        assertThat(current).hasSize(old.size());
    }
}
