package io.github.shutdown4j.internal;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The preloader stops at a name that does not exist, so all names after it would be loaded late. */
class PreloadListTest {

    private static Stream<String> all() {
        return PreloadList.names().values().stream().flatMap(List::stream);
    }

    @Test
    void everyListedClassExists() {
        assertThat(PreloadList.names().values()).isNotEmpty().noneMatch(List::isEmpty);
        assertThat(all()).doesNotHaveDuplicates().allSatisfy(name -> assertThatCode(
                        () -> Class.forName(name, false, PreloadList.class.getClassLoader()))
                .doesNotThrowAnyException());
    }

    @Test
    void eachSectionCanBeLoaded() {
        for (String section : PreloadList.names().keySet()) {
            assertThatCode(() -> PreloadList.load(section)).as(section).doesNotThrowAnyException();
        }
    }

    @Test
    void aFeatureLoadsItsClassesAtOnceWhereNoCoordinatorDoes() throws Exception {
        try (Copy copy = new Copy()) {
            copy.call("useNow", "timers");
            assertThat(copy.hasLoaded("resources.TimerResource")).isTrue();
        }
    }

    @Test
    void aFeatureLeavesItsClassesToTheCoordinatorThatIsStarting() throws Exception {
        try (Copy copy = new Copy()) {
            copy.call("announceLoad");
            copy.call("useNow", "timers");
            assertThat(copy.hasLoaded("resources.TimerResource")).isFalse();
            copy.call("loadUsed");
            assertThat(copy.hasLoaded("resources.TimerResource")).isTrue();
        }
    }

    @Test
    void aFeatureLeavesNothingToACoordinatorWhoseStartHasFailed() throws Exception {
        try (Copy copy = new Copy()) {
            copy.call("announceLoad");
            copy.call("withdrawLoad");
            copy.call("useNow", "timers");
            assertThat(copy.hasLoaded("resources.TimerResource")).isTrue();
        }
    }

    /** The library loaded once more, as in a process that has just begun. */
    private static final class Copy extends URLClassLoader {

        private static final String BASE = "io.github.shutdown4j.";

        Copy() throws IOException {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        private static URL[] classPath() throws IOException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        void call(String method, String... section) throws ReflectiveOperationException {
            Class<?>[] types = section.length == 0 ? new Class<?>[0] : new Class<?>[] {String.class};
            loadClass(PreloadList.class.getName()).getMethod(method, types).invoke(null, (Object[]) section);
        }

        boolean hasLoaded(String name) {
            return findLoadedClass(BASE + name) != null;
        }
    }

    @Test
    void aSectionThatDoesNotExistIsAnError() {
        assertThatThrownBy(() -> PreloadList.load("nothing")).hasMessageContaining("no section 'nothing'");
    }
}
