package io.github.shutdown4j.examples.backend.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a setting may be.
 *
 * @param expected how a person would say it
 * @param number whether a file must have a number there, not a text
 * @param reading makes the value of a text, or nothing if it is none
 */
record Kind(String expected, boolean number, Function<String, Optional<Object>> reading) {

    static final Kind TEXT = new Kind("a text", false, Optional::of);

    static final Kind FOLDER = new Kind("the name of a folder", false, text -> Optional.<Object>of(text)
            .filter(name -> !text.isBlank() && isPath(text)));

    static final Kind DATABASE_URL = new Kind(
            "a URL such as postgresql://user:password@host:5432/name or jdbc:postgresql://host:5432/name",
            false,
            text -> Optional.<Object>of(text).filter(url -> text.isEmpty() || Urls.isDatabase(text)));

    static final Kind REDIS_URL = new Kind("a URL such as redis://host:6379", false, text -> Optional.<Object>of(text)
            .filter(url -> text.isEmpty() || Urls.isRedis(text)));

    static Kind wholeNumber(int least, int most) {
        return new Kind("a whole number from " + least + " to " + most, true, text -> Optional.of(text)
                .filter(digits -> digits.matches("-?[0-9]{1,9}"))
                .map(Integer::parseInt)
                .filter(value -> value >= least && value <= most)
                .map(Object.class::cast));
    }

    static Kind oneOf(String... names) {
        List<String> allowed = Arrays.asList(names);
        return new Kind("one of " + String.join(", ", allowed), false, text -> Optional.<Object>of(
                        text.toLowerCase(Locale.ROOT))
                .filter(allowed::contains));
    }

    private static boolean isPath(String text) {
        try {
            return !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The value of a variable. */
    Optional<Object> ofVariable(String text) {
        return reading.apply(text.strip());
    }

    /** The value in a file, whose types must be right. */
    Optional<Object> ofFile(Object value) {
        boolean rightType = number ? value instanceof Number : value instanceof String;
        return rightType ? reading.apply(value.toString()) : Optional.empty();
    }
}
