package io.github.shutdown4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A copy of the library in other packages, as the Maven Shade plugin makes it: classes are rewritten, texts are not. */
class RelocatedCopyTest {

    private static final String ORIGINAL = "io.github.shutdown4j";
    /** As long as the original, so that the constant pools keep their layout. */
    private static final String RELOCATED = "ex.shaded.shutdown4x";

    private final ClassLoader copy = new RelocatingLoader();

    @Test
    void loadsItsClassesBeforeTheShutdownNeedsThem() throws ReflectiveOperationException {
        Class<?> list = relocated(PreloadList.class);
        Map<?, ?> sections = (Map<?, ?>) list.getMethod("names").invoke(null);
        assertThat(sections.keySet()).isEqualTo(PreloadList.names().keySet());
        assertThat(sections.values()).allSatisfy(names -> assertThat((List<?>) names)
                .allSatisfy(name -> assertThat((String) name).startsWith(RELOCATED)));
        Method load = list.getMethod("load", String.class);
        for (Object section : sections.keySet()) {
            load.invoke(null, section); // throws if a class is not found
        }
    }

    @Test
    void handlersOfItsSignalsAreRecognised() throws ReflectiveOperationException {
        Constructor<?> constructor = relocated(SunMiscSignals.class).getDeclaredConstructor();
        constructor.setAccessible(true);
        Object signals = constructor.newInstance();
        Method handler = signals.getClass().getDeclaredMethod("handler", Consumer.class);
        handler.setAccessible(true);
        Consumer<Object> body = delivery -> {};
        assertThat(handler.invoke(signals, body).toString()).contains(RELOCATED).contains(ProcessSignals.LABEL);
    }

    @Test
    void aClassThatWasRemovedDoesNotKeepTheOthersFromBeingLoaded() {
        List<String> names =
                List.of(RELOCATED + ".Removed", RELOCATED + ".internal.OneLine", RELOCATED + ".internal.AlsoRemoved");
        assertThatThrownBy(() -> PreloadList.loadAll(names, copy))
                .isInstanceOf(LinkageError.class)
                .hasMessageContaining(RELOCATED + ".Removed, " + RELOCATED + ".internal.AlsoRemoved");
        assertThat(((RelocatingLoader) copy).hasLoaded(RELOCATED + ".internal.OneLine"))
                .isTrue();
    }

    private Class<?> relocated(Class<?> type) throws ClassNotFoundException {
        return copy.loadClass(type.getName().replace(ORIGINAL, RELOCATED));
    }

    private static final class RelocatingLoader extends ClassLoader {

        RelocatingLoader() {
            super(RelocatedCopyTest.class.getClassLoader());
        }

        boolean hasLoaded(String name) {
            return findLoadedClass(name) != null;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.startsWith(RELOCATED)) {
                throw new ClassNotFoundException(name);
            }
            String path = name.replace(RELOCATED, ORIGINAL).replace('.', '/') + ".class";
            try (InputStream original = getParent().getResourceAsStream(path)) {
                if (original == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = relocate(original.readAllBytes());
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        private static byte[] relocate(byte[] original) {
            String text = new String(original, StandardCharsets.ISO_8859_1);
            return text.replace(ORIGINAL, RELOCATED)
                    .replace(ORIGINAL.replace('.', '/'), RELOCATED.replace('.', '/'))
                    .getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public URL getResource(String name) {
            return super.getResource(name.replace(RELOCATED.replace('.', '/'), ORIGINAL.replace('.', '/')));
        }
    }
}
