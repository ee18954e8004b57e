package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;

/** {@code OptionalInt}, {@code OptionalLong} and {@code OptionalDouble} as JSON: the number, or null. */
final class JsonPrimitiveOptionals {

    private JsonPrimitiveOptionals() {}

    private interface Write<A> {
        void write(A value, JsonGenerator generator) throws IOException;
    }

    private interface Read<A> {
        A read(JsonParser parser, DeserializationContext context) throws IOException;
    }

    static JsonSerializer<?> writer(Class<?> type) {
        if (type == OptionalInt.class) {
            return new Writer<>(
                    OptionalInt.class,
                    OptionalInt.empty(),
                    (value, generator) -> generator.writeNumber(value.getAsInt()));
        }
        if (type == OptionalLong.class) {
            return new Writer<>(
                    OptionalLong.class,
                    OptionalLong.empty(),
                    (value, generator) -> generator.writeNumber(value.getAsLong()));
        }
        return new Writer<>(
                OptionalDouble.class,
                OptionalDouble.empty(),
                (value, generator) -> generator.writeNumber(value.getAsDouble()));
    }

    static JsonDeserializer<?> reader(Class<?> type) {
        if (type == OptionalInt.class) {
            return new Reader<>(
                    OptionalInt.class,
                    OptionalInt.empty(),
                    (parser, context) -> OptionalInt.of(context.readValue(parser, Integer.class)));
        }
        if (type == OptionalLong.class) {
            return new Reader<>(
                    OptionalLong.class,
                    OptionalLong.empty(),
                    (parser, context) -> OptionalLong.of(context.readValue(parser, Long.class)));
        }
        return new Reader<>(
                OptionalDouble.class,
                OptionalDouble.empty(),
                (parser, context) -> OptionalDouble.of(context.readValue(parser, Double.class)));
    }

    private static final class Writer<A> extends StdScalarSerializer<A> {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient A empty;
        private final transient Write<A> write;

        Writer(Class<A> type, A empty, Write<A> write) {
            super(type);
            this.empty = empty;
            this.write = write;
        }

        @Override
        public void serialize(A value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            if (value.equals(empty)) {
                generator.writeNull();
            } else {
                write.write(value, generator);
            }
        }
    }

    private static final class Reader<A> extends StdScalarDeserializer<A> {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient A empty;
        private final transient Read<A> read;

        Reader(Class<A> type, A empty, Read<A> read) {
            super(type);
            this.empty = empty;
            this.read = read;
        }

        @Override
        public A deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return read.read(parser, context);
        }

        @Override
        public A getNullValue(DeserializationContext context) {
            return empty;
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return empty;
        }
    }
}
