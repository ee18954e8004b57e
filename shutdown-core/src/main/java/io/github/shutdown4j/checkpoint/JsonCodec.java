package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** The default codec: indented JSON by Jackson, for a state of known type. */
final class JsonCodec<T> implements CheckpointCodec<T> {

    private final Type type;
    private final boolean fixed;
    private final boolean immutable;

    JsonCodec(Type type) {
        this.type = type;
        this.fixed = FixedType.is(type);
        this.immutable = FixedType.isImmutable(type);
    }

    /** Fails with a linkage error if jackson-databind is not there, which otherwise the first save would be the first to show. */
    static void requireDatabind() {
        var unused = ObjectMapper.class.getName();
    }

    /** Returns the problems of the type that are known without a state. */
    List<String> problemsOfType() {
        return fixed ? List.of() : JsonMapping.problemsOf(type);
    }

    /**
     * Loads and links the classes for encoding and decoding, so that no save waits for it. If the type does not determine the
     * classes of all values, includes those that most states need.
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

    /** Whether a state may change while it is saved, or have what its JSON does not show. */
    boolean mayDifferInValues() {
        return !immutable;
    }

    /** Returns the path of a value that has another type in {@code second}; null if there is none. */
    @Nullable
    String differenceOfTypes(T first, T second) throws IOException {
        return JsonDifference.between(JsonValueTypes.write(first), JsonValueTypes.write(second));
    }

    @Override
    public byte[] encode(T state) throws IOException {
        return JsonMapping.write(type, state);
    }

    @Override
    public void encode(T state, OutputStream out) throws IOException {
        JsonMapping.write(type, state, out);
    }

    @Override
    public T decode(InputStream json) throws IOException {
        return required(JsonMapping.readValid(json, type));
    }

    @Override
    public T decode(byte[] json) throws IOException {
        return required(JsonMapping.readTyped(json, type));
    }

    @SuppressWarnings("unchecked") // the type is that of the state
    private T required(@Nullable Object decoded) throws IOException {
        T state = (T) decoded;
        if (state == null) {
            throw new IOException("the state is null");
        }
        return state;
    }
}
