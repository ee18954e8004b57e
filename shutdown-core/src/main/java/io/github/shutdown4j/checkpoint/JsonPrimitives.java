package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;

/**
 * Primitive components of records: zero or false if the file does not have them, because an older release wrote it, while
 * an explicit null stays an error. Jackson alone treats both alike.
 */
final class JsonPrimitives {

    private JsonPrimitives() {}

    static void addTo(SimpleModule module) {
        add(module, boolean.class, false);
        add(module, byte.class, (byte) 0);
        add(module, short.class, (short) 0);
        add(module, char.class, '\0');
        add(module, int.class, 0);
        add(module, long.class, 0L);
        add(module, float.class, 0f);
        add(module, double.class, 0d);
    }

    @SuppressWarnings("unchecked") // Class<A> of a primitive goes with its boxed value
    private static <A> void add(SimpleModule module, Class<A> type, A absent) {
        module.addDeserializer(
                type, new Reader<>(type, (JsonDeserializer<A>) NumberDeserializers.find(type, type.getName()), absent));
    }

    private static final class Reader<A> extends StdDeserializer<A> {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient JsonDeserializer<A> standard;
        private final transient A absent;

        Reader(Class<A> type, JsonDeserializer<A> standard, A absent) {
            super(type);
            this.standard = standard;
            this.absent = absent;
        }

        @Override
        public A deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return standard.deserialize(parser, context);
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return absent;
        }

        @Override
        public A getNullValue(DeserializationContext context) throws JsonMappingException {
            return standard.getNullValue(context);
        }

        @Override
        public Object getEmptyValue(DeserializationContext context) throws JsonMappingException {
            return standard.getEmptyValue(context);
        }

        @Override
        public LogicalType logicalType() {
            return standard.logicalType();
        }
    }
}
