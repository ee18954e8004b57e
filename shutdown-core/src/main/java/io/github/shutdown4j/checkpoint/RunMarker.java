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
 * The content of the lock file, about the run that owns the checkpoint or owned it last: one line of JSON of constant length,
 * so that a single small write replaces it.
 *
 * @param pid the process id of the run
 * @param since the time when it opened the store
 * @param ending how it ended; {@link LastRun.Ending#ABRUPT} until then
 * @param at the time of the write
 */
record RunMarker(long pid, Instant since, LastRun.Ending ending, Instant at) {

    /** Less than the 512 bytes that disks write atomically. */
    static final int LENGTH = 256;

    private static final String RUNNING = "running";

    byte[] bytes() {
        // Not a switch: that would load a class more at every start.
        String word = ending == LastRun.Ending.CLEAN ? "clean" : ending == LastRun.Ending.FORCED ? "forced" : RUNNING;
        String text = "{\"pid\":" + pid + ",\"since\":\"" + Timestamps.text(since) + "\",\"ending\":\"" + word
                + "\",\"at\":\"" + Timestamps.text(at) + "\"}";
        byte[] line = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), LENGTH);
        Arrays.fill(line, text.length(), LENGTH - 1, (byte) ' ');
        line[LENGTH - 1] = '\n';
        return line;
    }

    /** Returns the bytes that identify a run and do not change during it. */
    byte[] identity() {
        return ("{\"pid\":" + pid + ",\"since\":\"" + Timestamps.text(since) + "\",")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the process, if it is still running in this container. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(process -> process.info()
                .startInstant()
                .map(start -> !start.isAfter(since))
                .orElse(true));
    }

    /** Returns null if nothing was written yet, or if the marker is damaged. */
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
                    case "since" -> since = Timestamps.parse(String.valueOf(value));
                    case "at" -> at = Timestamps.parse(String.valueOf(value));
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
