package io.github.shutdown4j.internal;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;

/** The only class that names the optional TOML parser: without it, touching this class is a {@link LinkageError}. */
final class TomlParser {

    private TomlParser() {}

    static JsonParser parser(byte[] content) throws IOException {
        return new TomlFactory().createParser(content);
    }
}
