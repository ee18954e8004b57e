package io.github.shutdown4j.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ConfigEntry.Scalar;

/**
 * Parses durations with a unit: {@code 30s}, {@code 1.5s}, {@code 500ms}, {@code 2min}, {@code 1h}, or ISO 8601 such as
 * {@code PT30S}. A bare {@code m} is rejected because it may mean minutes, months or milliseconds.
 */
final class DurationText {

    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,12})?) ?(ms|s|min|h)");

    private DurationText() {}

    /** Returns null if the text is no duration or exceeds all bounds. */
    static @Nullable Duration parse(String text) {
        if (text.startsWith("P")) {
            return iso(text);
        }
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOf(matcher.group(2))));
        BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
        return Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
    }

    /** Returns whether the text is ambiguous only because of the unit {@code m}. */
    static boolean hasBareM(@Nullable Object raw) {
        String text = raw instanceof Scalar scalar ? scalar.text().strip() : raw instanceof String string ? string : "";
        return text.endsWith("m") && parse(text + "s") != null;
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "min" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }

    private static @Nullable Duration iso(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException | ArithmeticException noDuration) {
            return null;
        }
    }
}
