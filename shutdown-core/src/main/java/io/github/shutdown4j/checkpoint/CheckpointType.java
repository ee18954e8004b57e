package io.github.shutdown4j.checkpoint;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * The type of a state with type arguments, such as {@code Map<String, Cart>}, defined by an empty subclass.
 *
 * <pre>{@code
 * var store = CheckpointStore.builder(file, new CheckpointType<Map<String, Cart>>() {}).open();
 * }</pre>
 *
 * @param <T> the type, with all its arguments
 */
public abstract class CheckpointType<T> {

    private final Type type;

    /**
     * Called by subclasses.
     *
     * @throws IllegalArgumentException if the subclass does not name the type
     */
    protected CheckpointType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalArgumentException(
                    "a CheckpointType must name its type, as in new CheckpointType<Map<String," + " Cart>>() {}");
        }
        this.type = parent.getActualTypeArguments()[0];
    }

    final Type type() {
        return type;
    }
}
