package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Encodes a state as JSON and decodes it.
 *
 * <p>The default codec supports records, beans, collections, {@code java.time} and {@code Optional}. Implement this to use
 * your own {@code ObjectMapper} or another JSON library:
 *
 * <pre>{@code
 * final class CartCodec implements CheckpointCodec<Cart> {
 *     public byte[] encode(Cart cart) throws IOException { return mapper.writeValueAsBytes(cart); }
 *     public Cart decode(byte[] json) throws IOException { return mapper.readValue(json, Cart.class); }
 * }
 * }</pre>
 *
 * <p>{@code decode} must be able to read what {@code encode} has written, in this release of the application and in later
 * ones: consider limits of the parser, unknown properties, and types that can be written but not read. The store checks
 * this with every state up to 16 KiB, and with the first and last state of a run up to 16 MiB. The methods are called on
 * the thread that saves or on the thread of the store, possibly concurrently.
 *
 * @param <T> the type of the state
 */
public interface CheckpointCodec<T> {

    /** Returns the state as exactly one JSON value, in UTF-8 without a byte order mark. */
    byte[] encode(T state) throws Exception;

    /**
     * Writes the state to {@code out}. Implement this for large states: a state of more than 1 MiB is then encoded while its
     * file is written. May be called repeatedly for the same state, also after a failure. Closing {@code out} has no effect.
     */
    default void encode(T state, OutputStream out) throws Exception {
        byte[] json = encode(state);
        if (json == null) {
            throw new IOException("the codec returned null");
        }
        out.write(json);
    }

    /** Like {@link #decode(byte[])}, for a file of more than 1 MiB whose checksum was verified. */
    default T decode(InputStream json) throws Exception {
        return decode(json.readAllBytes());
    }

    /**
     * Returns the state. An exception means that this release cannot use the bytes: the store leaves the file untouched and
     * throws. An {@link Error} is passed on.
     */
    T decode(byte[] json) throws Exception;
}
