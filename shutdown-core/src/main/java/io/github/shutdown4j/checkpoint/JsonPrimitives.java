package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.type.LogicalType;

/**
 * Decodes primitive components of records: zero or false if the file does not contain them, because an older release wrote
 * it, while an explicit null remains an error. Jackson itself does not distinguish these cases.
 */
final class JsonPrimitives extends StdDeserializer<Object> {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient JsonDeserializer<Object> standard;

    private JsonPrimitives(Class<?> type, JsonDeserializer<Object> standard) {
        super(type);
        this.standard = standard;
    }

    @SuppressWarnings("unchecked") // Jackson does not say which type the deserializer returns
    static JsonDeserializer<?> reader(Class<?> type) {
        return new JsonPrimitives(type, (JsonDeserializer<Object>) NumberDeserializers.find(type, type.getName()));
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return standard.deserialize(parser, context);
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) throws JsonMappingException {
        return standard.getEmptyValue(context); // zero or false
    }

    @Override
    public Object getNullValue(DeserializationContext context) throws JsonMappingException {
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
