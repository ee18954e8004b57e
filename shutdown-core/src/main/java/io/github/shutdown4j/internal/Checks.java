package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Argument checks whose messages name the argument, its value and the bound. Each returns what it checked. */
public final class Checks {

    private Checks() {}

    public static String notBlank(String name, String value) {
        notNull(name, value);
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " must not be blank, was \"" + value + "\"");
        }
        return value;
    }

    /** Checks that no value is blank, and returns the distinct values in order. */
    public static Set<String> names(String name, Collection<String> values) {
        notNull(name, values);
        Set<String> names = new LinkedHashSet<>();
        for (String value : values) {
            names.add(notBlank("each of " + name, value));
        }
        return Collections.unmodifiableSet(names);
    }

    /** Checks that no value is null. */
    public static <C extends Collection<?>> C eachNotNull(String name, C values) {
        notNull(name, values);
        for (Object value : values) {
            if (value == null) {
                throw new NullPointerException("each of " + name + " must not be null");
            }
        }
        return values;
    }

    /** Checks that no value is null, and returns an unmodifiable copy. */
    public static <T> List<T> listOf(String name, List<T> values) {
        return List.copyOf(eachNotNull(name, values));
    }

    /** Checks that none of the {@code known} has this name. */
    public static void nameIsNew(String kind, String name, Collection<String> known) {
        if (known.contains(name)) {
            throw new IllegalArgumentException(
                    "a " + kind + " named '" + name + "' was added before; give each its own name");
        }
    }

    public static <T> T notNull(String name, T value) {
        if (value == null) {
            throw new NullPointerException(name + " must not be null");
        }
        return value;
    }

    public static Duration positive(String name, Duration value) {
        notNull(name, value);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be more than zero, was " + Durations.text(value));
        }
        return value;
    }

    public static Duration notNegative(String name, Duration value) {
        notNull(name, value);
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, was " + Durations.text(value));
        }
        return value;
    }

    public static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
        return value;
    }
}
