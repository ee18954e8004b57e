package io.github.shutdown4j.checkpoint;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Points in time as text, without the calendar and the formatters of the JDK, which take milliseconds at their first use.
 * Only for the years 1970 to 9999; {@link Instant} does the others.
 */
final class Timestamps {

    private static final String USUAL = "0000-00-00T00:00:00.000Z";
    private static final long END = 253_402_300_800L;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    /** The days from March 1st of the year 0, where the calculations begin, to January 1st of 1970. */
    private static final int DAYS_TO_1970 = 719_468;

    private static final int DAYS_OF_4_YEARS = 1_461;
    private static final int DAYS_OF_100_YEARS = 36_524;
    private static final int DAYS_OF_400_YEARS = 146_097;

    private Timestamps() {}

    /** Returns the text of {@link Instant#toString}. */
    static String text(Instant instant) {
        long second = instant.getEpochSecond();
        if (second < 0 || second >= END) {
            return instant.toString();
        }
        int ofDay = (int) (second % SECONDS_PER_DAY);
        StringBuilder text = new StringBuilder(USUAL.length());
        appendDate(text, (int) (second / SECONDS_PER_DAY));
        append(text.append('T'), ofDay / 3600, 2);
        append(text.append(':'), ofDay / 60 % 60, 2);
        append(text.append(':'), ofDay % 60, 2);
        appendFraction(text, instant.getNano());
        return text.append('Z').toString();
    }

    private static void appendDate(StringBuilder text, int daysSince1970) {
        // A year that begins in March has its leap day at the end.
        int day = daysSince1970 + DAYS_TO_1970;
        int era = day / DAYS_OF_400_YEARS;
        int ofEra = day % DAYS_OF_400_YEARS;
        int year = (ofEra - ofEra / (DAYS_OF_4_YEARS - 1) + ofEra / DAYS_OF_100_YEARS - ofEra / (DAYS_OF_400_YEARS - 1))
                / 365;
        int ofYear = ofEra - (365 * year + year / 4 - year / 100);
        int month = (5 * ofYear + 2) / 153;
        append(text, era * 400 + year + (month < 10 ? 0 : 1), 4);
        append(text.append('-'), month < 10 ? month + 3 : month - 9, 2);
        append(text.append('-'), ofYear - daysBefore(month) + 1, 2);
    }

    private static void appendFraction(StringBuilder text, int nanos) {
        if (nanos == 0) {
            return;
        }
        text.append('.');
        if (nanos % NANOS_PER_MILLI == 0) {
            append(text, nanos / NANOS_PER_MILLI, 3);
        } else if (nanos % NANOS_PER_MICRO == 0) {
            append(text, nanos / NANOS_PER_MICRO, 6);
        } else {
            append(text, nanos, 9);
        }
    }

    private static void append(StringBuilder text, int number, int digits) {
        String decimal = Integer.toString(number);
        for (int i = decimal.length(); i < digits; i++) {
            text.append('0');
        }
        text.append(decimal);
    }

    /** Returns the days before a month, which is 0 for March and 11 for February. */
    private static int daysBefore(int month) {
        return (153 * month + 2) / 5;
    }

    /**
     * Returns the result of {@link Instant#parse}.
     *
     * @throws DateTimeException if {@code text} is no point in time
     */
    static Instant parse(String text) {
        if (text.length() == USUAL.length() && hasForm(text, 0, USUAL)) {
            Instant instant = parseUsual(text);
            if (text(instant).equals(text)) { // not a 30th of February, not 24 hours
                return instant;
            }
        }
        return Instant.parse(text);
    }

    private static Instant parseUsual(String text) {
        int month = (number(text, 5, 7) + 9) % 12;
        int year = number(text, 0, 4) - (month < 10 ? 0 : 1);
        int ofEra = year % 400;
        int day = year / 400 * DAYS_OF_400_YEARS
                + ofEra * 365
                + ofEra / 4
                - ofEra / 100
                + daysBefore(month)
                + number(text, 8, 10)
                - 1
                - DAYS_TO_1970;
        long second = (long) day * SECONDS_PER_DAY
                + number(text, 11, 13) * 3600L
                + number(text, 14, 16) * 60L
                + number(text, 17, 19);
        return Instant.ofEpochSecond(second, (long) number(text, 20, 23) * NANOS_PER_MILLI);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /** Whether the text has at {@code offset} a digit for each zero of {@code form}, and its other characters. */
    static boolean hasForm(String text, int offset, String form) {
        if (text.length() - offset < form.length()) {
            return false;
        }
        for (int i = 0; i < form.length(); i++) {
            char found = text.charAt(offset + i);
            char expected = form.charAt(i);
            if (expected == '0' ? !isDigit(found) : found != expected) {
                return false;
            }
        }
        return true;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
