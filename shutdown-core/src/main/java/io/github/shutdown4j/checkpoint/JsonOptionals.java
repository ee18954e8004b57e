package io.github.shutdown4j.checkpoint;

import java.io.Serial;
import java.lang.reflect.Type;
import java.util.Optional;

import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.deser.std.ReferenceTypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.std.ReferenceTypeSerializer;
import com.fasterxml.jackson.databind.type.ReferenceType;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.type.TypeModifier;
import com.fasterxml.jackson.databind.util.NameTransformer;
import org.jspecify.annotations.NullUnmarked;

/** {@code Optional} as JSON: its value, or null; an absent field reads as empty. */
@NullUnmarked // Jackson hands in and expects nulls in most places and does not say where
final class JsonOptionals {

    private JsonOptionals() {}

    static boolean isOne(ReferenceType type) {
        return type.hasRawClass(Optional.class);
    }

    static JsonSerializer<?> writer(ReferenceType type, TypeSerializer contentType, JsonSerializer<Object> content) {
        return new Writer(type, contentType, content);
    }

    static JsonDeserializer<?> reader(ReferenceType type, TypeDeserializer contentType, JsonDeserializer<?> content) {
        return new Reader(type, contentType, content);
    }

    /** Tells Jackson that an Optional is a reference to something of its type argument. */
    static final class AsReference extends TypeModifier {
        @Override
        public JavaType modifyType(JavaType type, Type jdkType, TypeBindings bindings, TypeFactory factory) {
            if (type.hasRawClass(Optional.class) && !type.isReferenceType()) {
                return ReferenceType.upgradeFrom(type, type.containedTypeOrUnknown(0));
            }
            return type;
        }
    }

    private static final class Writer extends ReferenceTypeSerializer<Optional<?>> {

        @Serial
        private static final long serialVersionUID = 1L;

        Writer(ReferenceType type, TypeSerializer contentType, JsonSerializer<Object> content) {
            super(type, true, contentType, content);
        }

        private Writer(
                Writer base,
                BeanProperty property,
                TypeSerializer contentType,
                JsonSerializer<?> content,
                NameTransformer unwrapper,
                Object suppressed,
                boolean suppressNulls) {
            super(base, property, contentType, content, unwrapper, suppressed, suppressNulls);
        }

        @Override
        protected Writer withResolved(
                BeanProperty property, TypeSerializer type, JsonSerializer<?> content, NameTransformer unwrapper) {
            return new Writer(this, property, type, content, unwrapper, _suppressableValue, _suppressNulls);
        }

        @Override
        public Writer withContentInclusion(Object suppressed, boolean suppressNulls) {
            return new Writer(
                    this, _property, _valueTypeSerializer, _valueSerializer, _unwrapper, suppressed, suppressNulls);
        }

        @Override
        protected boolean _isValuePresent(Optional<?> value) {
            return value.isPresent();
        }

        @Override
        protected Object _getReferenced(Optional<?> value) {
            return value.orElseThrow();
        }

        @Override
        protected Object _getReferencedIfPresent(Optional<?> value) {
            return value.orElse(null);
        }
    }

    private static final class Reader extends ReferenceTypeDeserializer<Optional<?>> {

        @Serial
        private static final long serialVersionUID = 1L;

        Reader(JavaType type, TypeDeserializer contentType, JsonDeserializer<?> content) {
            super(type, null, contentType, content);
        }

        @Override
        protected Reader withResolved(TypeDeserializer contentType, JsonDeserializer<?> content) {
            return new Reader(_fullType, contentType, content);
        }

        @Override
        public Optional<?> getNullValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Object getEmptyValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Optional<?> referenceValue(Object content) {
            return Optional.ofNullable(content);
        }

        @Override
        public Optional<?> updateReference(Optional<?> reference, Object content) {
            return Optional.ofNullable(content);
        }

        @Override
        public Object getReferenced(Optional<?> reference) {
            return reference.orElse(null);
        }
    }
}
