package io.github.shutdown4j.examples.backend.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The type of a setting.
 *
 * @param expected a description of valid values
 * @param inFile the type in a file
 * @param reading parses a text; empty if it is invalid
 */
record SettingType(String expected, Class<?> inFile, Function<String, Optional<Object>> reading) {

    static final SettingType TEXT = new SettingType("a text", String.class, Optional::of);

    static final SettingType DIRECTORY =
            new SettingType("the name of a directory", String.class, text -> Optional.<Object>of(text)
                    .filter(name -> !text.isBlank() && isPath(text)));

    static final SettingType DATABASE_URL = new SettingType(
            "a URL such as postgresql://user:password@host:5432/name or jdbc:postgresql://host:5432/name",
            String.class,
            text -> Optional.<Object>of(text).filter(url -> text.isEmpty() || Urls.isDatabase(text)));

    static final SettingType REDIS_URL =
            new SettingType("a URL such as redis://host:6379", String.class, text -> Optional.<Object>of(text)
                    .filter(url -> text.isEmpty() || Urls.isRedis(text)));

    static final SettingType FLAG =
            new SettingType("true or false", Boolean.class, text -> Optional.of(text.toLowerCase(Locale.ROOT))
                    .filter(word -> word.equals("true") || word.equals("false"))
                    .map(Boolean::valueOf));

    static SettingType wholeNumber(int least, int most) {
        return new SettingType("a whole number from " + least + " to " + most, Number.class, text -> Optional.of(text)
                .filter(digits -> digits.matches("-?[0-9]{1,9}"))
                .map(Integer::parseInt)
                .filter(value -> value >= least && value <= most)
                .map(Object.class::cast));
    }

    static SettingType oneOf(String... names) {
        List<String> allowed = Arrays.asList(names);
        return new SettingType("one of " + String.join(", ", allowed), String.class, text -> Optional.<Object>of(
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

    /** The value in a file, which must have the right type. */
    Optional<Object> ofFile(Object value) {
        return inFile.isInstance(value) ? reading.apply(value.toString()) : Optional.empty();
    }
}
