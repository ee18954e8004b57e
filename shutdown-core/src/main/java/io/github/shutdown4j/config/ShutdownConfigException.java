package io.github.shutdown4j.config;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

import io.github.shutdown4j.internal.Checks;

/**
 * Thrown with all mistakes of a configuration; the message has one line for each mistake.
 *
 * <pre>{@code
 * try {
 *     ShutdownConfig.load(Path.of("shop.toml"));
 * } catch (ShutdownConfigException mistakes) {
 *     mistakes.problems().forEach(problem -> System.err.println(problem.text()));
 *     System.exit(78); // EX_CONFIG
 * }
 * }</pre>
 */
public final class ShutdownConfigException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * One mistake.
     *
     * @param source the origin: a file, with the line if known, a variable, or {@code builder}
     * @param key the setting or unknown key, such as {@code shutdown.timeout_secs}; empty if the source as a whole is
     *     invalid
     * @param value the value on one line, shortened if long; empty if there is none
     * @param message the expected value, or the closest known key
     */
    public record Problem(String source, String key, String value, String message) implements Serializable {

        private static final long serialVersionUID = 1L;

        public Problem {
            Checks.notBlank("source", source);
            Checks.notNull("key", key);
            Checks.notNull("value", value);
            Checks.notBlank("message", message);
        }

        /** Returns the mistake on one line. */
        public String text() {
            String given = value.isEmpty() ? key : key + " = " + value;
            return source + ": " + (key.isEmpty() ? "" : given + ": ") + message;
        }
    }

    private final Problem[] problems;

    ShutdownConfigException(List<Problem> problems) {
        super(message(problems));
        this.problems = problems.toArray(Problem[]::new);
    }

    /** Returns the mistakes in the order of the sources, violated constraints last; at least one. */
    public List<Problem> problems() {
        return List.of(problems);
    }

    private static String message(List<Problem> problems) {
        String count = problems.size() == 1 ? "1 mistake" : problems.size() + " mistakes";
        return problems.stream()
                .map(problem -> System.lineSeparator() + "  " + problem.text())
                .collect(Collectors.joining("", count + " in the shutdown configuration:", ""));
    }
}
