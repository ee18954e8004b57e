package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;

/**
 * The types of the JDK that jackson-databind leaves to extra modules: {@code java.time}, as ISO 8601 text exactly as
 * {@code toString} writes and {@code parse} reads it, and {@code Optional}, as its value or null.
 */
final class JsonTypes {

    private JsonTypes() {}

    static SimpleModule module() {
        SimpleModule module = new WithOptionals();
        text(module, Instant.class, Instant::parse);
        text(module, LocalDate.class, LocalDate::parse);
        text(module, LocalTime.class, LocalTime::parse);
        text(module, LocalDateTime.class, LocalDateTime::parse);
        text(module, OffsetDateTime.class, OffsetDateTime::parse);
        text(module, OffsetTime.class, OffsetTime::parse);
        text(module, ZonedDateTime.class, ZonedDateTime::parse);
        text(module, Duration.class, Duration::parse);
        text(module, Period.class, Period::parse);
        text(module, Year.class, Year::parse);
        text(module, YearMonth.class, YearMonth::parse);
        text(module, MonthDay.class, MonthDay::parse);
        text(module, ZoneOffset.class, ZoneOffset::of);
        text(module, ZoneId.class, ZoneId::of);
        JsonPrimitiveOptionals.addTo(module);
        JsonPrimitives.addTo(module);
        return module;
    }

    /** A value that uses what most states use, to load the classes that they need. */
    static Object sample() {
        return Map.of("a", List.of(1, 2L, 3.5, true), "b", Instant.EPOCH, "c", Map.of("d", "e"));
    }

    private static final class WithOptionals extends SimpleModule {

        @Serial
        private static final long serialVersionUID = 1L;

        WithOptionals() {
            super("shutdown4j");
        }

        @Override
        public void setupModule(SetupContext context) {
            super.setupModule(context);
            JsonOptionals.register(context);
        }
    }

    private static <A> void text(SimpleModule module, Class<A> type, Function<String, A> parse) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new TextDeserializer<>(type, parse));
        module.addKeyDeserializer(type, new TextKeyDeserializer<>(type, parse));
    }

    private static final class TextDeserializer<A> extends StdScalarDeserializer<A> {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Class<A> type;
        private final transient Function<String, A> parse;

        TextDeserializer(Class<A> type, Function<String, A> parse) {
            super(type);
            this.type = type;
            this.parse = parse;
        }

        @Override
        @SuppressWarnings("unchecked") // Jackson declares Object for what must be an A
        public A deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (A) context.handleUnexpectedToken(type, parser);
            }
            String text = parser.getText();
            try {
                return parse.apply(text);
            } catch (DateTimeException e) {
                return (A) context.handleWeirdStringValue(type, text, "%s", e.getMessage());
            }
        }
    }

    private static final class TextKeyDeserializer<A> extends KeyDeserializer {

        private final Class<A> type;
        private final Function<String, A> parse;

        TextKeyDeserializer(Class<A> type, Function<String, A> parse) {
            this.type = type;
            this.parse = parse;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) throws IOException {
            try {
                return parse.apply(key);
            } catch (DateTimeException e) {
                return context.handleWeirdKey(type, key, "%s", e.getMessage());
            }
        }
    }
}
