package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTypeResolverBuilder;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTyping;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.LaissezFaireSubTypeValidator;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import org.jspecify.annotations.Nullable;

/**
 * Writes the types of the values in a state as JSON, to compare two states. This detects a record that was decoded as a map,
 * or a subclass as its parent, which the fields alone may not show. Written only, never read.
 */
final class JsonValueTypes {

    private static final ObjectWriter WRITER = JsonMapping.writerWith(typing());

    private JsonValueTypes() {}

    static byte[] write(Object state) throws IOException {
        return WRITER.forType(Object.class)
                .writeValueAsBytes(state); // so that the root has its type, whatever its class
    }

    private static TypeResolverBuilder<?> typing() {
        return new Typing().init(JsonTypeInfo.Id.CUSTOM, new Names()).inclusion(JsonTypeInfo.As.WRAPPER_ARRAY);
    }

    /**
     * Types that are not final, except enums: one whose constants have bodies is not final either, and its constants have a
     * type in any set but an EnumSet.
     */
    private static final class Typing extends DefaultTypeResolverBuilder {

        @Serial
        private static final long serialVersionUID = 1L;

        Typing() {
            super(DefaultTyping.NON_FINAL, LaissezFaireSubTypeValidator.instance);
        }

        @Override
        public boolean useForType(JavaType type) {
            return !type.isEnumType() && super.useForType(type);
        }
    }

    /** Collections, maps and numbers by their JSON form, everything else by its class. */
    private static final class Names extends TypeIdResolverBase {

        @Override
        public String idFromValue(Object value) {
            if (value instanceof Map) {
                return "map";
            }
            if (value instanceof Collection) {
                return "collection";
            }
            if (value instanceof Number) {
                return "number";
            }
            Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
            String name = type.getName();
            return name.substring(name.lastIndexOf('.') + 1);
        }

        @Override
        public String idFromValueAndType(@Nullable Object value, Class<?> type) {
            return value == null ? type.getName() : idFromValue(value);
        }

        @Override
        public JavaType typeFromId(DatabindContext context, String id) {
            throw new UnsupportedOperationException("never read");
        }

        @Override
        public JsonTypeInfo.Id getMechanism() {
            return JsonTypeInfo.Id.CUSTOM;
        }
    }
}
