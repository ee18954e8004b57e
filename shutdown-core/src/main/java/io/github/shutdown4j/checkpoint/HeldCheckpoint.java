package io.github.shutdown4j.checkpoint;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;

/**
 * A checkpoint that holds its state: it loads the state when it is created, and {@link #update} changes it.
 *
 * <pre>{@code
 * var carts = Checkpoint.holding(store, Carts.NONE);
 * carts.update(all -> all.with(cart));
 * }</pre>
 *
 * <p>The state should be an immutable value, and an update should return a new one. A save may see a state that is changed in
 * place in the middle of the change: a warning is logged if {@code update} returns the mutable object that it was given. A
 * save of up to 16 KiB, and the last save, fail if the state has changed meanwhile.
 *
 * <p>Thread-safe.
 *
 * @param <T> the type of the state
 */
public final class HeldCheckpoint<T> extends Checkpoint<T> {

    private final Holder<T> holder;

    private HeldCheckpoint(CheckpointStore<T> store, Holder<T> holder, @Nullable Duration period) {
        super(store, holder::get, period);
        this.holder = holder;
    }

    static <T> HeldCheckpoint<T> of(CheckpointStore<T> store, T initial, @Nullable Duration period)
            throws CheckpointException {
        Checks.notNull("store", store);
        Checks.notNull("initial", initial);
        return new HeldCheckpoint<>(store, new Holder<>(store, store.load().orElse(initial)), period);
    }

    /** Returns the current state. */
    public T get() {
        return holder.get();
    }

    /**
     * Replaces the state with the result of {@code change} and returns it. Updates run one at a time; {@code change} is
     * called once, on the calling thread. If it throws, the state does not change. Does not save.
     *
     * @throws IllegalStateException if {@code change} itself calls this method: the outer update would undo the inner one
     */
    public T update(UnaryOperator<T> change) {
        return holder.update(Checks.notNull("change", change));
    }

    private static final class Holder<T> {

        private final CheckpointStore<T> store;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile T state;
        private boolean warned;

        Holder(CheckpointStore<T> store, T state) {
            this.store = store;
            this.state = state;
        }

        T get() {
            return state;
        }

        @SuppressWarnings("ReferenceEquality") // identity is what matters
        T update(UnaryOperator<T> change) {
            if (lock.isHeldByCurrentThread()) {
                throw new IllegalStateException("update must not be called within an update of checkpoint '"
                        + store.name() + "', which would undo it");
            }
            lock.lock();
            try {
                T before = state;
                T after = Checks.notNull("state returned by change", change.apply(before));
                state = after;
                if (after == before && !warned && isMutable(after)) {
                    warned = true;
                    store.settings()
                            .log()
                            .warn(
                                    "update returned the {} that it was given: if it was changed in place, a save may catch"
                                            + " it halfway; return a new value instead",
                                    after.getClass().getSimpleName());
                }
                return after;
            } finally {
                lock.unlock();
            }
        }

        private static boolean isMutable(Object state) {
            return !(state instanceof Record || state instanceof Enum)
                    && !state.getClass().getName().startsWith("java.lang.")
                    && !state.getClass().getName().startsWith("java.util.ImmutableCollections");
        }
    }
}
