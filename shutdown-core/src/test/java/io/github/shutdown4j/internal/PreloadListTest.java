package io.github.shutdown4j.internal;

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
    void aSectionThatDoesNotExistIsAnError() {
        assertThatThrownBy(() -> PreloadList.load("nothing")).hasMessageContaining("no section 'nothing'");
    }
}
