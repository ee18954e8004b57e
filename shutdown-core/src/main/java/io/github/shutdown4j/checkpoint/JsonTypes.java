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
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The types of {@code java.time}, which jackson-databind supports only with another module: as ISO 8601 text, as written by
 * {@code toString} and read by {@code parse}.
 */
final class JsonTypes {

    private JsonTypes() {}

    /** Whether values of the type are written as text. */
    static boolean isText(Class<?> type) {
        return parserOf(type) != null;
    }

    /** Returns the serializer; null for a type of the package that is not written as text. */
    static @Nullable JsonSerializer<?> writer(Class<?> type) {
        return isText(type) ? ToStringSerializer.instance : null;
    }

    /** Returns the deserializer, with the same exceptions as {@link #writer}. */
    static @Nullable JsonDeserializer<?> reader(Class<?> type) {
        Function<String, Object> parser = parserOf(type);
        return parser == null ? null : new TextDeserializer(type, parser);
    }

    /** Returns the deserializer for keys of a map, with the same exceptions. */
    static @Nullable KeyDeserializer keyReader(Class<?> type) {
        Function<String, Object> parser = parserOf(type);
        return parser == null ? null : new TextKeyDeserializer(type, parser);
    }

    /** A value with the types of most states, to load the classes that they need. */
    static Object sample() {
        return Map.of("a", List.of(1, 2L, 3.5, true), "b", Instant.EPOCH, "c", Map.of("d", "e"));
    }

    /** Returns the function that reads the text; null for a type that is not written as text. */
    private static @Nullable Function<String, Object> parserOf(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "Instant" -> Instant::parse;
            case "LocalDate" -> LocalDate::parse;
            case "LocalTime" -> LocalTime::parse;
            case "LocalDateTime" -> LocalDateTime::parse;
            case "OffsetDateTime" -> OffsetDateTime::parse;
            case "OffsetTime" -> OffsetTime::parse;
            case "ZonedDateTime" -> ZonedDateTime::parse;
            case "Duration" -> Duration::parse;
            case "Period" -> Period::parse;
            case "Year" -> Year::parse;
            case "YearMonth" -> YearMonth::parse;
            case "MonthDay" -> MonthDay::parse;
            case "ZoneOffset" -> ZoneOffset::of;
            case "ZoneId", "ZoneRegion" -> ZoneId::of; // ZoneRegion is the internal class of most zones
            default -> null;
        };
    }

    private static final class TextDeserializer extends StdScalarDeserializer<Object> {

        @Serial
        private static final long serialVersionUID = 1L;

        private final Class<?> type;
        private final transient Function<String, Object> parse;

        TextDeserializer(Class<?> type, Function<String, Object> parse) {
            super(type);
            this.type = type;
            this.parse = parse;
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return context.handleUnexpectedToken(type, parser);
            }
            String text = parser.getText();
            try {
                return parse.apply(text);
            } catch (DateTimeException e) {
                return context.handleWeirdStringValue(type, text, "%s", e.getMessage());
            }
        }
    }

    private static final class TextKeyDeserializer extends KeyDeserializer {

        private final Class<?> type;
        private final Function<String, Object> parse;

        TextKeyDeserializer(Class<?> type, Function<String, Object> parse) {
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
