package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** Reads the JSON of a checkpoint independently of the type of the state. */
final class JsonText {

    /**
     * Rejects duplicate names. Everything that is written must be readable: the writer has only one limit, a depth of 1000,
     * and the reader has the same. Other limits are disabled, because the size of a file is checked before it is read.
     */
    static final JsonFactory FACTORY = factory();

    private JsonText() {}

    static JsonFactory factory() {
        return factory(true);
    }

    @SuppressWarnings("deprecation") // its builder does the same with more classes, two milliseconds at the first use
    private static JsonFactory factory(boolean strict) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build();
        return new JsonFactory()
                .setStreamReadConstraints(constraints)
                .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, strict)
                // The keys of maps are data: interning them would be a leak.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
    }

    /**
     * Returns a parser for JSON with a verified checksum, without the costly check for duplicate names. A reader cannot
     * switch the check off: Jackson ignores that.
     */
    static JsonParser parserOfValid(InputStream json) throws IOException {
        return OfValid.FACTORY.createParser(json);
    }

    /** Created at the first use: small states do not need it. */
    private static final class OfValid {
        static final JsonFactory FACTORY = factory(false);
    }

    /** Throws unless {@code json} is exactly one JSON value. */
    static void requireOneValue(byte[] json) throws IOException {
        requireOneValue(FACTORY.createParser(json));
    }

    static void requireOneValue(InputStream json) throws IOException {
        requireOneValue(FACTORY.createParser(json));
    }

    private static void requireOneValue(JsonParser json) throws IOException {
        try (JsonParser parser = json) {
            if (parser.nextToken() == null) {
                throw new IOException("the state is empty");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IOException("the state is more than one JSON value");
            }
        }
    }
}
