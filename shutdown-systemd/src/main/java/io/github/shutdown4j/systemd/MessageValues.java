package io.github.shutdown4j.systemd;

import java.time.Duration;

import io.github.shutdown4j.internal.Checks;

/** Checks the arguments of a {@link SystemdMessage} and formats them as values of assignments. */
final class MessageValues {

    private static final int MAX_NAME_LENGTH = 64;

    private MessageValues() {}

    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z';
            if (!letter && (i == 0 || (c != '_' && (c < '0' || c > '9')))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_NAME_LENGTH;
    }

    static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ').replace('\0', ' ');
    }

    /** Whole microseconds, rounded up, since systemd takes zero for "not set". */
    static String micros(String name, Duration value) {
        Checks.positive(name, value);
        Duration most = Duration.ofDays(100 * 365);
        if (value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be at most " + most.toDays() + " days, was " + value);
        }
        return Long.toString((value.toNanos() + 999) / 1000);
    }

    static String positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than zero, was " + value);
        }
        return Long.toString(value);
    }

    static String ascii(String name, String value) {
        Checks.notBlank(name, value);
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(name + " must be printable ASCII, was \"" + oneLine(value) + "\"");
        }
        return value;
    }

    /** systemd silently replaces invalid names by "stored". */
    static String descriptorName(String name) {
        ascii("name", name);
        if (name.length() > 255 || name.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "name must have at most 255 characters and no colon, was \"" + name + "\"");
        }
        return name;
    }
}
