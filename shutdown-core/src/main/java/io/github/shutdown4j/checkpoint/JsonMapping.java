package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Failures;

/**
 * The Jackson configuration: strict where Jackson would lose data silently, tolerant of states that were written by older or
 * newer releases of the application. Created once, at the first use, which takes about half a second in a cold JVM.
 */
final class JsonMapping {

    // Used itself where possible: a builder, a writer and a reader each load several classes more at their first use.
    private static final ObjectMapper MAPPER = mapper();

    private JsonMapping() {}

    private static ObjectMapper mapper() {
        ObjectMapper mapper = JsonExtensions.mapper(JsonText.factory());
        return mapper.setConfig(mapper.getDeserializationConfig().without(MapperFeature.ALLOW_COERCION_OF_SCALARS))
                // Trailing garbage, 7.9 or "7" for 7, and null for a primitive are damage, not data.
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                // A field dropped by this release may still be in the file; a new one may not be there yet.
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .setDefaultPrettyPrinter(new NestedPrinter())
                .enable(SerializationFeature.INDENT_OUTPUT);
    }

    /** Returns the cause of a decoding failure in one line, with Jackson's path to the value if available. */
    static String describe(Throwable e) {
        if (e instanceof JsonMappingException mapping) {
            String path = mapping.getPathReference();
            String problem = String.valueOf(mapping.getOriginalMessage());
            int end = problem.indexOf('\n');
            return (end < 0 ? problem : problem.substring(0, end)) + (path.isEmpty() ? "" : ", at " + path);
        }
        return Failures.firstLine(e);
    }

    /** Creates what Jackson needs for the type, and fills its caches; problems surface when it is used. */
    static void prepare(Type type) {
        try {
            JavaType java = MAPPER.constructType(type);
            var unused = MAPPER.getSerializerProviderInstance().findTypedValueSerializer(java, true, null);
            ((DefaultDeserializationContext) MAPPER.getDeserializationContext())
                    .createDummyInstance(MAPPER.getDeserializationConfig())
                    .findRootValueDeserializer(java);
        } catch (JsonMappingException later) {
            // Thrown again by the first save or load, which has a caller.
        }
    }

    static byte[] write(Type type, Object value) throws IOException {
        return isExact(type) ? MAPPER.writeValueAsBytes(value) : writerFor(type).writeValueAsBytes(value);
    }

    static void write(Type type, Object value, OutputStream out) throws IOException {
        if (isExact(type)) {
            MAPPER.writeValue(out, value);
        } else {
            writerFor(type).writeValue(out, value);
        }
    }

    static <A> A read(byte[] json, Class<A> type) throws IOException {
        return MAPPER.readValue(json, type);
    }

    /** The same for a type that may have arguments; null if that is what the JSON says. */
    static @Nullable Object readTyped(byte[] json, Type type) throws IOException {
        return MAPPER.readValue(json, MAPPER.constructType(type));
    }

    /** Whether the class of each value is the declared type, so that the serializer of the class is that of the type. */
    private static boolean isExact(Type type) {
        return type instanceof Class<?> declared && declared.isRecord();
    }

    private static ObjectWriter writerFor(Type type) {
        return MAPPER.writerFor(MAPPER.constructType(type));
    }

    static List<String> problemsOf(Type type) {
        return JsonTypeCheck.problems(MAPPER.getDeserializationConfig(), MAPPER.constructType(type));
    }

    /** Reads a state with a verified checksum; null if that is what the JSON says. */
    static @Nullable Object readValid(InputStream json, Type type) throws IOException {
        try (JsonParser parser = JsonText.parserOfValid(json)) {
            parser.setCodec(MAPPER);
            return MAPPER.readValue(parser, MAPPER.constructType(type));
        }
    }

    static byte[] write(Object value) throws IOException {
        return MAPPER.writeValueAsBytes(value);
    }

    static JsonNode tree(byte[] json) throws IOException {
        return Readers.TREE.readValue(json);
    }

    /** Returns a writer that adds type information to each value, for comparisons only. */
    static ObjectWriter writerWith(TypeResolverBuilder<?> typing) {
        return MAPPER.copy().setDefaultTyping(typing).writer().without(SerializationFeature.INDENT_OUTPUT);
    }

    static Map<String, Object> readFields(byte[] json) throws IOException {
        return Readers.FIELDS.readValue(json);
    }

    /** Created at the first use: few processes migrate a state or search for a difference. */
    private static final class Readers {

        static final ObjectReader FIELDS =
                MAPPER.readerForMapOf(Object.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

        static final ObjectReader TREE = MAPPER.readerFor(JsonNode.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }

    /** Indents by two spaces, with a line feed on every system, as inside an object. */
    private static final class NestedPrinter extends DefaultPrettyPrinter {

        private static final long serialVersionUID = 1L;

        NestedPrinter() {
            DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
            indentObjectsWith(indenter);
            indentArraysWith(indenter);
            _nesting = 1;
        }

        @Override
        public DefaultPrettyPrinter createInstance() {
            return new NestedPrinter();
        }
    }
}
