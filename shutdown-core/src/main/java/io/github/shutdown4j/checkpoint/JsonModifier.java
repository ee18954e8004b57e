package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.util.LinkedHashSet;
import java.util.Set;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.AbstractTypeResolver;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.CollectionType;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.databind.util.StdConverter;
import org.jspecify.annotations.NullUnmarked;

/**
 * Adjusts the serializers of Jackson. Maps and sets without an order of their own are written in that of their keys and
 * elements: the same state gives the same bytes, by which unchanged states are recognised. A map or set with an order keeps
 * it. Types whose JSON does not show everything are {@linkplain JsonFidelity noted}. Classes of the JDK that Jackson would
 * treat as beans are refused, because their state is not in their getters.
 */
@NullUnmarked // Jackson hands in and expects nulls in most places and does not say where
final class JsonModifier extends BeanSerializerModifier {

    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    public JsonSerializer<?> modifySerializer(
            SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
        Class<?> raw = bean.getBeanClass();
        if (raw.isRecord() || raw.isPrimitive()) {
            return serializer;
        }
        if (serializer instanceof BeanSerializerBase
                && raw.getModule() == Object.class.getModule()
                && !Throwable.class.isAssignableFrom(raw)
                && raw != StackTraceElement.class) { // these are read back, or refused for what they lack
            return Refusal.of(raw);
        }
        return JsonFidelity.concerns(raw)
                ? new StdDelegatingSerializer(new Adjusting(), bean.getType(), serializer)
                : serializer;
    }

    @Override
    public JsonSerializer<?> modifyCollectionSerializer(
            SerializationConfig config, CollectionType type, BeanDescription bean, JsonSerializer<?> serializer) {
        Class<?> raw = type.getRawClass();
        return JsonFidelity.concerns(raw) || Set.class.isAssignableFrom(raw) || type.isAbstract()
                ? new StdDelegatingSerializer(new Adjusting(), type, serializer)
                : serializer;
    }

    @Override
    public JsonSerializer<?> modifyMapSerializer(
            SerializationConfig config, MapType type, BeanDescription bean, JsonSerializer<?> serializer) {
        return new StdDelegatingSerializer(new Adjusting(), type, serializer);
    }

    /** Returns the value itself, or a sorted copy of a map or set without order. */
    private static final class Adjusting extends StdConverter<Object, Object> {
        @Override
        public Object convert(Object value) {
            JsonFidelity.note(value);
            return JsonOrder.hasNone(value) ? JsonOrder.sorted(value) : value;
        }
    }

    private static final class Refusal extends StdSerializer<Object> {

        @Serial
        private static final long serialVersionUID = 1L;

        /** Returns the type of all serializers, so that this class is loaded only if something is refused. */
        static JsonSerializer<?> of(Class<?> type) {
            return new Refusal(type);
        }

        private Refusal(Class<?> type) {
            super(type, false);
        }

        @Override
        public void serialize(Object value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            throw InvalidDefinitionException.from(
                    generator,
                    value.getClass().getName() + " keeps its state where JSON does not show it; save the values from"
                            + " which it can be made again",
                    provider.constructType(value.getClass()));
        }
    }

    /** Decodes a set in the order of the file; Jackson would use one without order. */
    static final class OrderedSets extends AbstractTypeResolver {
        @Override
        public JavaType findTypeMapping(DeserializationConfig config, JavaType type) {
            return type.hasRawClass(Set.class)
                    ? config.getTypeFactory().constructSpecializedType(type, LinkedHashSet.class)
                    : null;
        }
    }
}
