package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Ticker;

/** The settings of a store. */
record CheckpointSettings<T>(
        String name,
        Path file,
        ComponentLogger log,
        CheckpointCodec<T> codec,
        int schema,
        Map<Integer, CheckpointMigration> migrations,
        int maxBytes,
        int generations,
        Duration timeout,
        CheckpointFileSystem disk,
        Ticker ticker) {

    CheckpointSettings {
        int oldest = schema;
        for (int from : migrations.keySet()) {
            if (from >= schema) {
                throw new IllegalArgumentException("migration from schema version " + from
                        + " must be from one before schemaVersion, which is " + schema);
            }
            oldest = Math.min(oldest, from);
        }
        for (int from = oldest; from < schema; from++) {
            if (!migrations.containsKey(from)) {
                throw new IllegalArgumentException("migration from schema version " + from + " to " + (from + 1)
                        + " is missing: there is one from " + oldest + ", and schemaVersion is " + schema);
            }
        }
    }

    /** Decodes the state; throws if the codec returns null. */
    T decode(byte[] json) throws Exception {
        T state = codec.decode(json);
        if (state == null) {
            throw new IOException("the state is null");
        }
        return state;
    }

    T decode(InputStream json) throws Exception {
        T state = codec.decode(json);
        if (state == null) {
            throw new IOException("the state is null");
        }
        return state;
    }

    void encode(T state, OutputStream out) throws Exception {
        codec.encode(state, out);
    }

    byte[] encode(T state) throws Exception {
        byte[] json = codec.encode(state);
        if (json == null) {
            throw new IOException("the codec returned null");
        }
        return json;
    }
}
