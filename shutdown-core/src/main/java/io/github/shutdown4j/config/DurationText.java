package io.github.shutdown4j.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ConfigEntry.Scalar;

/**
 * Reads a time that is written with its unit: {@code 30s}, {@code 1.5s}, {@code 500ms}, {@code 2min}, {@code 1h}, or as ISO
 * 8601 has it, {@code PT30S}. A lone {@code m} is not among them: it is minutes to some, months or milliseconds to others.
 */
final class DurationText {

    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,12})?) ?(ms|s|min|h)");

    private DurationText() {}

    /** Null if it is no time, or far too long. */
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

    /** Whether the text would be a time if it were clear what its {@code m} means. */
    static boolean hasLoneM(@Nullable Object raw) {
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
