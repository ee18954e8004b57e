package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.zip.CRC32C;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ByteOrderMark;

/**
 * The metadata in a checkpoint file, which is one JSON object with the state as its last member:
 *
 * <pre>{@code
 * {
 *   "format" : 1,
 *   "schema" : 1,
 *   "generation" : 42,
 *   "savedAt" : "2026-01-31T12:00:00.123Z",
 *   "ending" : "running",
 *   "crc32c" : "1a2b3c4d",
 *   "state" : { ... }
 * }
 * }</pre>
 *
 * The checksum covers the bytes of the state as they are in the file, so it remains valid if the class of the state changes.
 * It detects accidental damage, not attacks.
 *
 * @param schema the version of the state's schema
 * @param generation the number of the save
 * @param savedAt the time of the save, in milliseconds
 * @param ending whether this was the last save of a run that ended cleanly
 * @param crc32c the checksum; null if it was removed by hand
 */
record CheckpointEnvelope(
        int schema,
        long generation,
        Instant savedAt,
        boolean ending,
        @Nullable String crc32c) {

    /** The largest whole number that all JSON parsers represent exactly. */
    static final long MAX_GENERATION = (1L << 53) - 1;

    private static final int FORMAT = 1;
    /** The placeholder of a checksum that is known only after the state was written. */
    static final String NO_CHECKSUM_YET = "00000000";

    private static final String BEFORE_STATE = "\",\n  \"state\" : ";
    private static final byte[] TAIL = "\n}\n".getBytes(StandardCharsets.US_ASCII);

    /** Returns the bytes of the file in parts, so that the state is not copied. */
    static ByteBuffer[] compose(int schema, long generation, Instant savedAt, boolean ending, ByteBuffer state) {
        byte[] head = head(schema, generation, savedAt, ending, crc32c(state));
        return new ByteBuffer[] {ByteBuffer.wrap(head), state.duplicate(), ByteBuffer.wrap(TAIL)};
    }

    /** Returns the bytes before the state. */
    static byte[] head(int schema, long generation, Instant savedAt, boolean ending, String crc32c) {
        String text = "{\n"
                + "  \"format\" : " + FORMAT + ",\n"
                + "  \"schema\" : " + schema + ",\n"
                + "  \"generation\" : " + generation + ",\n"
                + "  \"savedAt\" : \"" + Timestamps.text(savedAt) + "\",\n"
                + "  \"ending\" : \"" + (ending ? "clean" : "running") + "\",\n"
                + "  \"crc32c\" : \"" + crc32c + BEFORE_STATE;
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the bytes after the state. */
    static byte[] tail() {
        return TAIL.clone();
    }

    /** Returns the position of the checksum in a {@link #head}. */
    static int positionOfChecksum(byte[] head) {
        return head.length - BEFORE_STATE.length() - NO_CHECKSUM_YET.length();
    }

    /** The file has a format of a newer version of this library. */
    static final class NewerFormatException extends IOException {

        @Serial
        private static final long serialVersionUID = 1L;

        private NewerFormatException(int format) {
            super("its format is " + format + ", this library knows up to " + FORMAT);
        }
    }

    /**
     * A parsed file.
     *
     * @param envelope its metadata
     * @param content its bytes
     * @param from the position of the first byte of the state
     * @param to the position after the last byte of the state
     */
    record Parsed(CheckpointEnvelope envelope, CheckpointContent content, long from, long to) {

        /** The state. */
        InputStream stream() throws IOException {
            return content.stream(from, to);
        }

        /** Whether the checksum is correct, or was removed. */
        boolean isIntact() throws IOException {
            String expected = envelope.crc32c();
            return expected == null || expected.equals(content.crc32c(from, to));
        }
    }

    /**
     * Parses a file.
     *
     * @throws IOException if it is not a checkpoint or cannot be read; the message says why
     */
    static Parsed parse(CheckpointContent content) throws IOException {
        require(content.size() > 0, "the file is empty");
        int mark = lengthOfMark(content);
        try (InputStream in = content.stream(mark, content.size());
                JsonParser parser = JsonText.FACTORY.createParser(in)) {
            return parse(content, mark, parser);
        } catch (DateTimeException e) {
            throw new IOException("savedAt is no time: " + e.getMessage(), e);
        }
    }

    private static Parsed parse(CheckpointContent content, int mark, JsonParser parser) throws IOException {
        require(content.at(0) != 0, "it begins with zero bytes, as a power cut leaves on some file systems");
        require(parser.nextToken() == JsonToken.START_OBJECT, "it does not begin with {");
        int format = 0;
        int schema = 0;
        long generation = 0;
        Instant savedAt = null;
        String ending = null;
        String crc32c = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            require(value != null, "it ends after \"" + field + "\"");
            switch (field) {
                case "format" -> {
                    format = parser.getIntValue();
                    if (format > FORMAT) {
                        throw new NewerFormatException(format);
                    }
                }
                case "schema" -> schema = parser.getIntValue();
                case "generation" -> generation = parser.getLongValue();
                case "savedAt" -> savedAt = Timestamps.parse(parser.getText());
                case "ending" -> ending = parser.getText();
                case "crc32c" -> crc32c = parser.getText();
                case "state" -> {
                    require(format == FORMAT, "its format is " + format + ", not " + FORMAT);
                    require(schema >= 1, "its schema version is missing or less than 1");
                    require(generation >= 1 && generation <= MAX_GENERATION, "its generation is " + generation);
                    if (savedAt == null) {
                        throw new IOException("it does not say when it was saved");
                    }
                    boolean clean = "clean".equals(ending);
                    require(clean || "running".equals(ending), "its ending is " + ending);
                    long from = mark + parser.currentTokenLocation().getByteOffset();
                    long to = endOfState(content, from);
                    return new Parsed(
                            new CheckpointEnvelope(schema, generation, savedAt, clean, crc32c), content, from, to);
                }
                default -> throw new IOException("it has an unknown field \"" + field + "\" before the state");
            }
        }
        throw new IOException("it has no state");
    }

    /** The state is followed by the closing brace of the envelope only. */
    private static long endOfState(CheckpointContent content, long from) throws IOException {
        long bracket = content.endOfText(content.size()) - 1;
        require(bracket > from && content.at(bracket) == '}', "it is truncated");
        long to = content.endOfText(bracket);
        require(to > from, "it is truncated");
        return to;
    }

    /** Returns the bytes of a value without surrounding white space. */
    static ByteBuffer trimmed(byte[] value) {
        int to = CheckpointContent.endOfText(value, value.length);
        int from = 0;
        while (from < to && CheckpointContent.isBlank(value[from])) {
            from++;
        }
        return ByteBuffer.wrap(value, from, to - from);
    }

    private static int lengthOfMark(CheckpointContent content) throws IOException {
        if (content.at(0) == '{') {
            return 0;
        }
        try (InputStream in = content.stream(0, Math.min(ByteOrderMark.LENGTH, content.size()))) {
            return ByteOrderMark.lengthAtStartOf(in.readNBytes(ByteOrderMark.LENGTH));
        }
    }

    private static String crc32c(ByteBuffer state) {
        CRC32C crc = new CRC32C();
        crc.update(state.duplicate());
        return CheckpointContent.text(crc);
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
