package io.github.shutdown4j.internal;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One key with its value as read from a source, not validated.
 *
 * @param origin the place of the key for messages: a variable, or a file with the line if the parser knows it
 * @param key the key, relative to its table
 * @param value a {@link Boolean}, {@link Number}, {@link String}, {@link Scalar}, {@link Table}, {@link java.util.Map},
 *     null, or any other value, which no setting accepts
 */
public record ConfigEntry(
        String origin, String key, @Nullable Object value) {

    /** A value known only as text: a number in a file, which may not fit any type, or a variable. */
    public record Scalar(String text) {}

    /** A table with its entries in the order of the source, including duplicate keys. */
    public record Table(List<ConfigEntry> entries) {}
}
