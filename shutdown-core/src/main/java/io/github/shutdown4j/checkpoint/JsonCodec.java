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
    private final boolean fixed;

    JsonCodec(Type type) {
        this.type = type;
        this.fixed = FixedType.is(type);
    }

    /** What is known before any state is seen of which could not be read back. */
    List<String> problemsOfType() {
        return fixed ? List.of() : JsonMapping.problemsOf(type);
    }

    /**
     * Loads and links what encoding and decoding need, so that no save has to wait for it. Where the type leaves open what
     * is in the state, that includes what most states need.
     */
    void warmUp() throws IOException {
        JsonMapping.prepare(type);
        if (!fixed) {
            Object sample = JsonTypes.sample();
            JsonText.requireOneValue(JsonMapping.write(sample));
            var unused = JsonDifference.between(JsonValueTypes.write(sample), JsonValueTypes.write(sample));
        }
    }

    /** Whether two states with the same JSON may differ in the class of a value. */
    boolean mayDifferInTypes() {
        return !fixed;
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
