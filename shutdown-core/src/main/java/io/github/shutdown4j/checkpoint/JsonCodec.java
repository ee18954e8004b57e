package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** The default codec: pretty JSON by Jackson, of a state whose type is known. */
final class JsonCodec<T> implements CheckpointCodec<T> {

    private final Type type;

    JsonCodec(Type type) {
        this.type = type;
    }

    /** What is known before any state is seen of which could not be read back. */
    List<String> problemsOfType() {
        return JsonMapping.problemsOf(type);
    }

    /** Loads and links what encoding and decoding need, so that no save has to wait for it. */
    void warmUp() throws IOException {
        byte[] sample = JsonMapping.write(JsonTypes.sample());
        JsonText.requireOneValue(sample);
        JsonMapping.prepare(type);
        JsonMapping.readFields(sample).clear();
    }

    /** Which value is of another type in {@code second}; null if none is. */
    @Nullable
    String differenceOfTypes(T first, T second) throws IOException {
        return JsonDifference.between(JsonValueTypes.write(first), JsonValueTypes.write(second));
    }

    @Override
    public byte[] encode(T state) throws IOException {
        return JsonMapping.writerFor(type).writeValueAsBytes(state);
    }

    @Override
    public void encode(T state, OutputStream out) throws IOException {
        JsonMapping.writerFor(type).writeValue(out, state);
    }

    @Override
    public T decode(InputStream json) throws IOException {
        T state = JsonMapping.readerOfValid(type).readValue(json);
        if (state == null) {
            throw new IOException("the state is null");
        }
        return state;
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
