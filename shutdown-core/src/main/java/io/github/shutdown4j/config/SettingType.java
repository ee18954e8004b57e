package io.github.shutdown4j.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ConfigEntry.Scalar;
import io.github.shutdown4j.internal.Durations;

/** The type and bounds of a setting value, used alike by builder, files and variables. */
enum SettingType {
    /** A duration from which other defaults are derived. */
    TOTAL("seconds", "0.001", Duration.ofMillis(1)),
    POSITIVE("seconds", "more than 0", Duration.ofNanos(1)),
    NOT_NEGATIVE("seconds", "0", Duration.ZERO),
    FLAG("true or false", "", Duration.ZERO),
    FORCE_ON("any, interrupt or never", "", Duration.ZERO);

    private static final Duration MAX = Duration.ofDays(365);
    /** Values up to this length are parsed without a regular expression, which saves time at startup. */
    private static final int PLAIN_DIGITS = 9;

    private final String unit;
    private final String minimum;
    private final Duration minimumDuration;

    SettingType(String unit, String minimum, Duration minimumDuration) {
        this.unit = unit;
        this.minimum = minimum;
        this.minimumDuration = minimumDuration;
    }

    String unit() {
        return unit;
    }

    String minimum() {
        return minimum;
    }

    /** Checks a value; the exception names the argument of the builder. */
    Duration check(String argument, Duration value) {
        Checks.notNull(argument, value);
        if (!allows(value)) {
            String bound = this == POSITIVE ? "more than zero" : "at least " + Durations.text(minimumDuration);
            throw new IllegalArgumentException(
                    argument + " must be " + bound + " and at most 365 days, was " + written(value) + " s");
        }
        return value;
    }

    /** Returns the value of {@code raw}; empty if it has another type or is out of bounds. */
    Optional<Object> parse(@Nullable Object raw) {
        if (isDuration()) {
            return duration(raw);
        }
        return this == FLAG ? flag(raw) : forceOn(raw);
    }

    /** Describes what {@link #parse} accepts instead of {@code raw}. */
    String expected(@Nullable Object raw) {
        String expected = "expected " + unit;
        if (isDuration()) {
            String bound = this == POSITIVE ? minimum : "at least " + minimum;
            expected += " as a number such as 30 or 1.5, or \"30s\" or \"PT30S\", " + bound + ", at most "
                    + MAX.toSeconds();
        }
        if (isDuration() && DurationText.hasBareM(raw)) {
            return expected + "; write min or ms instead of m";
        }
        boolean quoted = raw instanceof String text && parse(new Scalar(text)).isPresent();
        if (raw == null) {
            return expected + "; leave the key out for the default";
        }
        return quoted ? expected + ", without quotes" : expected;
    }

    /** Returns the value as written in a file. */
    static String written(Object value) {
        if (value instanceof Duration duration) {
            BigDecimal nanos = BigDecimal.valueOf(duration.getNano(), 9);
            BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds()).add(nanos);
            return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
        }
        return value instanceof ForceOn forceOn ? '"' + forceOn.label() + '"' : value.toString();
    }

    private boolean isDuration() {
        return this == TOTAL || this == POSITIVE || this == NOT_NEGATIVE;
    }

    private boolean allows(Duration value) {
        return value.compareTo(minimumDuration) >= 0 && value.compareTo(MAX) <= 0;
    }

    /** Numbers are seconds. Quoted text must have a unit, because its unit would be ambiguous otherwise. */
    private Optional<Object> duration(@Nullable Object raw) {
        Duration value = null;
        if (raw instanceof Scalar || raw instanceof Number) {
            String text = raw instanceof Scalar scalar ? scalar.text().strip() : raw.toString();
            value = isPlain(text) ? Duration.ofSeconds(Long.parseLong(text)) : decimal(text);
            if (value == null && raw instanceof Scalar) {
                value = DurationText.parse(text);
            }
        } else if (raw instanceof String text) {
            value = DurationText.parse(text.strip());
        } else if (raw instanceof Duration given) {
            value = given;
        }
        return value != null && allows(value) ? Optional.of(value) : Optional.empty();
    }

    private static @Nullable Duration decimal(String text) {
        boolean word = text.isEmpty() || Character.isLetter(text.charAt(0));
        return word ? null : Decimals.seconds(text);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= PLAIN_DIGITS;
    }

    /** Parses numbers with a sign, a fraction or an exponent. */
    private static final class Decimals {

        private static final Pattern NUMBER =
                Pattern.compile("[+-]?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?");

        private Decimals() {}

        /** Returns null if the text is no number or exceeds all bounds. */
        static @Nullable Duration seconds(String text) {
            if (!NUMBER.matcher(text).matches()) {
                return null;
            }
            BigDecimal seconds = new BigDecimal(text);
            if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(MAX.toSeconds())) > 0) {
                return null;
            }
            BigDecimal nanos = seconds.movePointRight(9).setScale(0, RoundingMode.DOWN);
            return Duration.ofNanos(nanos.longValueExact());
        }
    }

    private static Optional<Object> flag(@Nullable Object raw) {
        if (raw instanceof Boolean) {
            return Optional.of(raw);
        }
        String text = raw instanceof Scalar scalar ? scalar.text().strip() : "";
        if (text.equalsIgnoreCase("true")) {
            return Optional.of(true);
        }
        return text.equalsIgnoreCase("false") ? Optional.of(false) : Optional.empty();
    }

    private static Optional<Object> forceOn(@Nullable Object raw) {
        if (raw instanceof ForceOn) {
            return Optional.of(raw);
        }
        String text = raw instanceof Scalar scalar ? scalar.text().strip() : raw instanceof String string ? string : "";
        for (ForceOn value : ForceOn.values()) {
            if (value.label().equalsIgnoreCase(text)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
