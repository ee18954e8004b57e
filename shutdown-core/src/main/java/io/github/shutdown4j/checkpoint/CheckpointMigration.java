package io.github.shutdown4j.checkpoint;

import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.shutdown4j.internal.Checks;

/**
 * Converts a state of one schema version to the next one. When the store loads an older file, it applies the necessary
 * migrations in order. The file does not change until the next save.
 *
 * <pre>{@code
 * CheckpointMigration renamed = CheckpointMigration.ofFields(fields -> {
 *     fields.put("offset", fields.remove("position"));
 *     return fields;
 * });
 * }</pre>
 */
@FunctionalInterface
public interface CheckpointMigration {

    /** Returns the state as JSON of the next version. An exception means that the file cannot be used. */
    byte[] migrate(byte[] json) throws Exception;

    /**
     * Returns a migration that decodes the older state as {@code older}, a record kept for this purpose, and encodes the
     * result of {@code next}. For states of the default codec.
     */
    static <A> CheckpointMigration of(Class<A> older, Function<? super A, ?> next) {
        Checks.notNull("older", older);
        Checks.notNull("next", next);
        return json -> JsonMapping.write(next.apply(JsonMapping.read(json, older)));
    }

    /**
     * Returns a migration that changes the fields of a state which is a JSON object. Objects are maps, arrays are lists,
     * whole numbers are {@code Integer}, {@code Long} or {@code BigInteger}, other numbers {@code BigDecimal}. {@code
     * change} may modify and return its argument.
     */
    static CheckpointMigration ofFields(UnaryOperator<Map<String, Object>> change) {
        Checks.notNull("change", change);
        return json -> JsonMapping.write(change.apply(JsonMapping.readFields(json)));
    }
}
