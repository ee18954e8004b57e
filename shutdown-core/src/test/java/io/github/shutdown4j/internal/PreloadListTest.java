package io.github.shutdown4j.internal;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** The preloader stops at a name that does not exist, so every one behind it would be loaded late. */
class PreloadListTest {

    @Test
    void everyListedClassExists() {
        assertThat(PreloadList.names()).isNotEmpty().doesNotHaveDuplicates().allSatisfy(name -> assertThatCode(
                        () -> Class.forName(name, false, PreloadList.class.getClassLoader()))
                .doesNotThrowAnyException());
    }
}
