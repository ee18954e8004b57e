package io.github.shutdown4j.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerFactory;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.DeserializerFactory;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.KeyDeserializers;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.type.ReferenceType;
import org.jspecify.annotations.NullUnmarked;

/**
 * The JDK types for which the store has its own (de)serializers. Each is created when Jackson requests it, so a process whose
 * state needs none of them loads none.
 */
@NullUnmarked // Jackson hands in and expects nulls in most places and does not say where
final class JsonExtensions {

    private JsonExtensions() {}

    /** Returns a new mapper with the extensions. They are no module of Jackson's: that would load some classes more. */
    static ObjectMapper mapper(JsonFactory factory) {
        Readers own = new Readers();
        DeserializerFactory readers = BeanDeserializerFactory.instance
                .withAdditionalDeserializers(own)
                .withAdditionalKeyDeserializers(own)
                .withAbstractTypeResolver(new JsonModifier.OrderedSets());
        ObjectMapper mapper = new ObjectMapper(factory, null, new DefaultDeserializationContext.Impl(readers));
        mapper.setTypeFactory(mapper.getTypeFactory().withModifier(new JsonOptionals.AsReference()));
        return mapper.setSerializerFactory(mapper.getSerializerFactory()
                .withAdditionalSerializers(new Writers())
                .withSerializerModifier(new JsonModifier()));
    }

    // Called for every class, including Jackson's own: comparing names loads no class.

    private static boolean isTime(Class<?> type) {
        return type.getPackageName().equals("java.time");
    }

    private static boolean isNumber(Class<?> type) {
        return type.isPrimitive() && type != void.class;
    }

    private static boolean isPrimitiveOptional(Class<?> type) {
        return switch (type.getName()) {
            case "java.util.OptionalInt", "java.util.OptionalLong", "java.util.OptionalDouble" -> true;
            default -> false;
        };
    }

    private static final class Writers extends Serializers.Base {
        @Override
        public JsonSerializer<?> findSerializer(SerializationConfig config, JavaType type, BeanDescription bean) {
            Class<?> raw = type.getRawClass();
            if (isTime(raw)) {
                return JsonTypes.writer(raw);
            }
            return isPrimitiveOptional(raw) ? JsonPrimitiveOptionals.writer(raw) : null;
        }

        @Override
        public JsonSerializer<?> findReferenceSerializer(
                SerializationConfig config,
                ReferenceType type,
                BeanDescription bean,
                TypeSerializer contentType,
                JsonSerializer<Object> content) {
            return JsonOptionals.isOne(type) ? JsonOptionals.writer(type, contentType, content) : null;
        }
    }

    private static final class Readers extends Deserializers.Base implements KeyDeserializers {
        @Override
        public JsonDeserializer<?> findBeanDeserializer(
                JavaType type, DeserializationConfig config, BeanDescription bean) {
            Class<?> raw = type.getRawClass();
            if (isNumber(raw)) {
                return JsonPrimitives.reader(raw);
            }
            if (isTime(raw)) {
                return JsonTypes.reader(raw);
            }
            return isPrimitiveOptional(raw) ? JsonPrimitiveOptionals.reader(raw) : null;
        }

        @Override
        public JsonDeserializer<?> findReferenceDeserializer(
                ReferenceType type,
                DeserializationConfig config,
                BeanDescription bean,
                TypeDeserializer contentType,
                JsonDeserializer<?> content) {
            return JsonOptionals.isOne(type) ? JsonOptionals.reader(type, contentType, content) : null;
        }

        @Override
        public boolean hasDeserializerFor(DeserializationConfig config, Class<?> raw) {
            return isNumber(raw) || isPrimitiveOptional(raw) || (isTime(raw) && JsonTypes.isText(raw));
        }

        @Override
        public KeyDeserializer findKeyDeserializer(JavaType type, DeserializationConfig config, BeanDescription bean) {
            Class<?> raw = type.getRawClass();
            return isTime(raw) ? JsonTypes.keyReader(raw) : null;
        }
    }
}
