package io.github.shutdown4j.internal;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;

import io.github.shutdown4j.internal.ConfigEntry.Scalar;

/** Parses the format of {@link Properties}, in UTF-8. Reports duplicate keys, but no line numbers. */
final class PropertiesParser {

    private PropertiesParser() {}

    static List<ConfigEntry> entries(String name, byte[] content, Predicate<String> wanted)
            throws ConfigSourceException {
        Recorder recorder = new Recorder(name, wanted);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            recorder.load(new StringReader(text));
        } catch (CharacterCodingException e) {
            throw new ConfigSourceException(name, "not a text in UTF-8: " + e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigSourceException(name, "not well-formed: " + e.getMessage());
        }
        return recorder.entries;
    }

    /** Records each entry in order, including duplicates. */
    private static final class Recorder extends Properties {

        private static final long serialVersionUID = 1L;

        private final transient String name;
        private final transient Predicate<String> wanted;
        private final transient List<ConfigEntry> entries = new ArrayList<>();

        Recorder(String name, Predicate<String> wanted) {
            this.name = name;
            this.wanted = wanted;
        }

        @Override
        public synchronized Object put(Object key, Object value) {
            if (wanted.test(String.valueOf(key))) {
                entries.add(new ConfigEntry(name, String.valueOf(key), new Scalar(String.valueOf(value))));
            }
            return super.put(key, value);
        }
    }
}
