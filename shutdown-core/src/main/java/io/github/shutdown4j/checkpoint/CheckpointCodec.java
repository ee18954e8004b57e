package io.github.shutdown4j.checkpoint;

/**
 * Turns a state into JSON and back.
 *
 * <p>The default codec knows records, beans, collections, {@code java.time} and {@code Optional}. Write your own to
 * bring your own {@code ObjectMapper}, or another JSON library:
 *
 * <pre>{@code
 * final class CartCodec implements CheckpointCodec<Cart> {
 *     public byte[] encode(Cart cart) throws IOException { return mapper.writeValueAsBytes(cart); }
 *     public Cart decode(byte[] json) throws IOException { return mapper.readValue(json, Cart.class); }
 * }
 * }</pre>
 *
 * <p>What {@code encode} wrote, {@code decode} must be able to read, in this release of the application and in later
 * ones: mind the limits of the parser, unknown properties, and types that can be written but not read. The store tries
 * it with the first state that it saves, unless that is larger than 16 MiB. {@code encode} runs on the thread that saves or on the store's own thread,
 * {@code decode} on the store's own thread.
 *
 * @param <T> the type of the state
 */
public interface CheckpointCodec<T> {

    /** The state as exactly one JSON value, in UTF-8 without a byte order mark. */
    byte[] encode(T state) throws Exception;

    /**
     * The state that these bytes hold. Whatever it throws, except an {@link Error}, means that they cannot be used: the
     * store then keeps the file aside and turns to the previous generation.
     */
    T decode(byte[] json) throws Exception;
}
