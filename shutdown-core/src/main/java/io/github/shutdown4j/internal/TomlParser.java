package io.github.shutdown4j.internal;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;

/** The only class that refers to the optional TOML parser; without that parser it fails with a {@link LinkageError}. */
final class TomlParser {

    private TomlParser() {}

    static JsonParser parser(byte[] content) throws IOException {
        return new TomlFactory().createParser(content);
    }
}
