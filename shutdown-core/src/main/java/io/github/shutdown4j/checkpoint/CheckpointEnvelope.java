package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

/**
 * What the file says beside the state. One JSON object, the state last:
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
 * The checksum covers the bytes of the state as they stand in the file, from its first to its last, so that it stays
 * right whatever becomes of the class behind them. It guards against accidents, not against attackers.
 *
 * @param schema the version of the state's schema
 * @param generation counts the saves
 * @param savedAt when, to the millisecond
 * @param ending whether this was the last save of a run that ended in order
 * @param crc32c the checksum; null if a person has removed it
 */
record CheckpointEnvelope(
        int schema,
        long generation,
        Instant savedAt,
        boolean ending,
        @Nullable String crc32c) {

    /** All JSON readers agree on whole numbers up to here. */
    static final long MAX_GENERATION = (1L << 53) - 1;

    private static final int FORMAT = 1;
    private static final byte[] TAIL = "\n}\n".getBytes(StandardCharsets.US_ASCII);

    /** The bytes of the file, in parts: the state itself is not copied. */
    static ByteBuffer[] compose(int schema, long generation, Instant savedAt, boolean ending, ByteBuffer state) {
        String text = "{\n"
                + "  \"format\" : " + FORMAT + ",\n"
                + "  \"schema\" : " + schema + ",\n"
                + "  \"generation\" : " + generation + ",\n"
                + "  \"savedAt\" : \"" + savedAt + "\",\n"
                + "  \"ending\" : \"" + (ending ? "clean" : "running") + "\",\n"
                + "  \"crc32c\" : \"" + crc32c(state) + "\",\n"
                + "  \"state\" : ";
        byte[] head = text.getBytes(StandardCharsets.US_ASCII);
        return new ByteBuffer[] {ByteBuffer.wrap(head), state.duplicate(), ByteBuffer.wrap(TAIL)};
    }

    /** Does once all that this class can do. */
    static void warmUp() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(512);
        for (ByteBuffer part : compose(1, 1, Instant.EPOCH, false, ByteBuffer.wrap(new byte[] {'1'}))) {
            file.put(part);
        }
        Parsed parsed = parse(Arrays.copyOf(file.array(), file.position()));
        require(parsed.isIntact() && parsed.state().length == 1, "what was composed cannot be taken apart");
    }

    /** The file is of a format that only a newer version of this library knows. */
    static final class NewerFormatException extends IOException {

        @Serial
        private static final long serialVersionUID = 1L;

        private NewerFormatException(int format) {
            super("its format is " + format + ", this library knows up to " + FORMAT);
        }
    }

    /** A file taken apart: what it says, and which of its bytes are the state. */
    static final class Parsed {

        private final CheckpointEnvelope envelope;
        private final byte[] file;
        private final int from;
        private final int to;

        private Parsed(CheckpointEnvelope envelope, byte[] file, int from, int to) {
            this.envelope = envelope;
            this.file = file;
            this.from = from;
            this.to = to;
        }

        CheckpointEnvelope envelope() {
            return envelope;
        }

        byte[] state() {
            return Arrays.copyOfRange(file, from, to);
        }

        /** Whether the state is as it was written; if the checksum was removed, it is believed. */
        boolean isIntact() {
            String expected = envelope.crc32c();
            return expected == null || expected.equals(crc32c(ByteBuffer.wrap(file, from, to - from)));
        }
    }

    /**
     * Takes a file apart.
     *
     * @throws IOException if it is no checkpoint; the message says why not
     */
    static Parsed parse(byte[] file) throws IOException {
        if (file.length == 0) {
            throw new IOException("the file is empty");
        }
        int mark = startsWithMark(file) ? 3 : 0;
        try (JsonParser parser = JsonText.FACTORY.createParser(file, mark, file.length - mark)) {
            return parse(file, mark, parser);
        } catch (DateTimeException e) {
            throw new IOException("savedAt is no time: " + e.getMessage(), e);
        }
    }

    private static Parsed parse(byte[] file, int mark, JsonParser parser) throws IOException {
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
                case "savedAt" -> savedAt = Instant.parse(parser.getText());
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
                    int from = mark + (int) parser.currentTokenLocation().getByteOffset();
                    int to = endOfState(file, from);
                    return new Parsed(
                            new CheckpointEnvelope(schema, generation, savedAt, clean, crc32c), file, from, to);
                }
                default -> throw new IOException("it has an unknown field \"" + field + "\" before the state");
            }
        }
        throw new IOException("it has no state");
    }

    /** The state is the last thing in the file but for the bracket that closes the envelope. */
    private static int endOfState(byte[] file, int from) throws IOException {
        int bracket = endOfText(file, file.length) - 1;
        require(bracket > from && file[bracket] == '}', "it is cut off");
        int to = endOfText(file, bracket);
        require(to > from, "it is cut off");
        return to;
    }

    /** The bytes of a value without the white space around it. */
    static ByteBuffer trimmed(byte[] value) {
        int to = endOfText(value, value.length);
        int from = 0;
        while (from < to && isBlank(value[from])) {
            from++;
        }
        return ByteBuffer.wrap(value, from, to - from);
    }

    private static int endOfText(byte[] bytes, int to) {
        int end = to;
        while (end > 0 && isBlank(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** Some editors put a byte order mark in front. */
    private static boolean startsWithMark(byte[] file) {
        return file.length > 3 && file[0] == (byte) 0xEF && file[1] == (byte) 0xBB && file[2] == (byte) 0xBF;
    }

    private static String crc32c(ByteBuffer state) {
        CRC32C crc = new CRC32C();
        crc.update(state.duplicate());
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
