package io.github.shutdown4j.testing;

import java.util.List;

/** The arguments of a test program: options, some with a value. */
public record ProgramArguments(List<String> args) {

    public static ProgramArguments of(String... args) {
        return new ProgramArguments(List.of(args));
    }

    public boolean has(String option) {
        return args.contains(option);
    }

    /** The argument after the option; {@code otherwise} without the option. */
    public String value(String option, String otherwise) {
        int at = args.indexOf(option);
        return at < 0 ? otherwise : args.get(at + 1);
    }

    /** The number after the option; {@code otherwise} without the option. */
    public long number(String option, long otherwise) {
        return Long.parseLong(value(option, Long.toString(otherwise)));
    }
}
