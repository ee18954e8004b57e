package io.github.shutdown4j.checkpoint;

import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.shutdown4j.internal.Checks;

/**
 * Turns a state written with one schema version into the next one. The store applies as many as it takes, in order,
 * when it loads an older file; the file itself stays as it is until the next save.
 */
@FunctionalInterface
public interface CheckpointMigration {

    /** The same state as JSON of the next version. Whatever it throws means that the file cannot be used. */
    byte[] migrate(byte[] json) throws Exception;

    /**
     * Reads the older state into {@code older}, a record kept for the purpose, and writes what {@code next} makes of
     * it. For states of the default codec.
     */
    static <A> CheckpointMigration of(Class<A> older, Function<? super A, ?> next) {
        Checks.notNull("older", older);
        Checks.notNull("next", next);
        return json -> JsonMapping.write(next.apply(JsonMapping.read(json, older)));
    }

    /**
     * Changes the fields of a state that is a JSON object: objects are maps, arrays are lists, whole numbers
     * {@code Integer}, {@code Long} or {@code BigInteger}, others {@code BigDecimal}. The map handed in may be changed
     * and returned.
     */
    static CheckpointMigration ofFields(UnaryOperator<Map<String, Object>> change) {
        Checks.notNull("change", change);
        return json -> JsonMapping.write(change.apply(JsonMapping.readFields(json)));
    }
}
