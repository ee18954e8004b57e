package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

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
 * it: with every state up to 16 KiB, and up to 16 MiB with the first and the last of a run. Both run on the thread that
 * saves or on the store's own.
 *
 * @param <T> the type of the state
 */
public interface CheckpointCodec<T> {

    /** The state as exactly one JSON value, in UTF-8 without a byte order mark. */
    byte[] encode(T state) throws Exception;

    /**
     * The same, written to {@code out}, for states that may be large: one whose encoded form exceeds 1 MiB is encoded while
     * its file is written. May be called again after it has failed, and for the same state. Closing {@code out} has no
     * effect.
     */
    default void encode(T state, OutputStream out) throws Exception {
        byte[] json = encode(state);
        if (json == null) {
            throw new IOException("the codec returned null");
        }
        out.write(json);
    }

    /** As {@link #decode(byte[])}, read from a file of more than 1 MiB; its checksum was right. */
    default T decode(InputStream json) throws Exception {
        return decode(json.readAllBytes());
    }

    /**
     * The state that these bytes hold. Whatever it throws, except an {@link Error}, means that this release cannot use
     * them: the store then leaves the file as it is and throws.
     */
    T decode(byte[] json) throws Exception;
}
