package io.github.shutdown4j.checkpoint;

import java.io.IOException;

/** The default codec: pretty JSON by Jackson, of a state whose class says all about its type. */
final class JsonCodec<T> implements CheckpointCodec<T> {

    private final Class<T> type;

    JsonCodec(Class<T> type) {
        this.type = type;
    }

    /** Loads and links what encoding and decoding need, so that no save has to wait for it. */
    void warmUp() throws IOException {
        byte[] sample = JsonMapping.write(JsonTypes.sample());
        JsonText.requireOneValue(sample);
        JsonMapping.prepare(type);
        JsonMapping.readFields(sample).clear();
    }

    @Override
    public byte[] encode(T state) throws IOException {
        return JsonMapping.writerFor(type).writeValueAsBytes(state);
    }

    @Override
    public T decode(byte[] json) throws IOException {
        T state = JsonMapping.readerFor(type).readValue(json);
        if (state == null) {
            throw new IOException("the state is null");
        }
        return state;
    }
}
