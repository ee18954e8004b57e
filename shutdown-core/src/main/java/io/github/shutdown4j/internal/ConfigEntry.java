package io.github.shutdown4j.internal;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One key with its value as a source gives it, not yet judged.
 *
 * @param origin where it stands, for people: a variable, or a file with the line if the parser knows it
 * @param key one key, relative to the table it stands in
 * @param value a {@link Boolean}, {@link Number}, {@link String}, {@link Scalar}, {@link Table}, {@link java.util.Map},
 *     null, or anything else, which no key expects
 */
public record ConfigEntry(
        String origin, String key, @Nullable Object value) {

    /** A value whose text is all that is known: a number of a file, which may not fit any type, or a variable. */
    public record Scalar(String text) {}

    /** A table with its entries in the order of the source; a key that is given twice is in it twice. */
    public record Table(List<ConfigEntry> entries) {}
}
