package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

/**
 * What the lock file says about the run that owns the checkpoint, or owned it last: one line of JSON, always of the
 * same length, so that one small write in place replaces it.
 *
 * @param pid its process
 * @param since when it opened the store
 * @param ending how it ended; {@link LastRun.Ending#ABRUPT} as long as it has not
 * @param at when that was written
 */
record RunMarker(long pid, Instant since, LastRun.Ending ending, Instant at) {

    /** Below the 512 bytes that disks write in one piece. */
    static final int LENGTH = 256;

    private static final String RUNNING = "running";

    byte[] bytes() {
        String word =
                switch (ending) {
                    case CLEAN -> "clean";
                    case FORCED -> "forced";
                    case ABRUPT, FIRST_RUN -> RUNNING;
                };
        String text = "{\"pid\":" + pid + ",\"since\":\"" + Timestamps.text(since) + "\",\"ending\":\"" + word
                + "\",\"at\":\"" + Timestamps.text(at) + "\"}";
        byte[] line = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), LENGTH);
        Arrays.fill(line, text.length(), LENGTH - 1, (byte) ' ');
        line[LENGTH - 1] = '\n';
        return line;
    }

    /** The bytes that are the same from the start of a run to its end, and those of no other run. */
    byte[] identity() {
        return ("{\"pid\":" + pid + ",\"since\":\"" + Timestamps.text(since) + "\",")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** That process, if it still runs on this machine, in this container. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(process -> process.info()
                .startInstant()
                .map(start -> !start.isAfter(since))
                .orElse(true));
    }

    /** Null if the bytes are no marker: nothing was written yet, or it was damaged. */
    static @Nullable RunMarker parse(byte[] bytes) {
        Long pid = null;
        Instant since = null;
        Instant at = null;
        LastRun.Ending ending = null;
        try (JsonParser parser = JsonText.FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                String value = parser.nextTextValue();
                switch (field) {
                    case "pid" -> pid = parser.getLongValue();
                    case "since" -> since = Instant.parse(String.valueOf(value));
                    case "at" -> at = Instant.parse(String.valueOf(value));
                    case "ending" ->
                        ending = switch (String.valueOf(value)) {
                            case "clean" -> LastRun.Ending.CLEAN;
                            case "forced" -> LastRun.Ending.FORCED;
                            case RUNNING -> LastRun.Ending.ABRUPT;
                            default -> null;
                        };
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException | DateTimeException e) {
            return null;
        }
        return pid == null || since == null || at == null || ending == null
                ? null
                : new RunMarker(pid, since, ending, at);
    }
}
