package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** How a checkpoint's JSON is read, as far as no knowledge of the state is needed. */
final class JsonText {

    /**
     * Strict about duplicates. Nothing may be written that cannot be read again: the writer knows one limit only, the
     * depth of 1000, and the reader has the same; the others are lifted, because the size of a file is limited before
     * it is read.
     */
    static final JsonFactory FACTORY = factory();

    private JsonText() {}

    static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // The keys of a state's maps are data: keeping them all would be a leak.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
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
