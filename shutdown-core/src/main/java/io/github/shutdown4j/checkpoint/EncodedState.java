package io.github.shutdown4j.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A state to be written: encoded if that is small, otherwise unencoded, so that it is encoded while the file is written and
 * no copy of it is in memory.
 */
final class EncodedState<T> {

    private final T state;
    private final byte @Nullable [] bytes;
    private final @Nullable RoundTripCheck<T> check;
    private volatile boolean released;

    /**
     * Creates a state to be saved.
     *
     * @param bytes the encoded state; null if it is large
     * @param check the check that must succeed before the state replaces the previous one; null if none is needed
     */
    EncodedState(T state, byte @Nullable [] bytes, @Nullable RoundTripCheck<T> check) {
        this.state = state;
        this.bytes = bytes;
        this.check = check;
    }

    T state() {
        return state;
    }

    byte @Nullable [] bytes() {
        return bytes;
    }

    @Nullable
    RoundTripCheck<T> check() {
        return check;
    }

    /** Runs the check on this thread, while the store's thread writes. */
    void checkNow() {
        if (check != null) {
            check.run();
        }
    }

    /** The caller has stopped waiting and may change the state, so it must not be read any more. */
    void release() {
        released = true;
    }

    void requireNotAbandoned() throws IOException {
        if (released) {
            throw new IOException("its caller has stopped waiting while it was encoded");
        }
    }

    /** Collects the encoded bytes up to a limit. */
    static final class Buffer extends ByteArrayOutputStream {

        private final int limit;
        private byte @Nullable [] adopted;
        private boolean full;

        /**
         * For at most {@code limit} bytes.
         *
         * @param expected how many there will be; if it is more, the buffer grows
         */
        Buffer(int limit, int expected) {
            super(expected);
            this.limit = limit;
        }

        /** Whether the limit was exceeded. */
        boolean isFull() {
            return full;
        }

        byte[] bytes() {
            return adopted != null ? adopted : count == buf.length ? buf : Arrays.copyOf(buf, count);
        }

        @Override
        public synchronized void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (count == 0 && adopted == null && length == bytes.length && length > limit) {
                // A codec that encodes into an array has created the array already.
                adopted = bytes;
            } else if (adopted != null || count + length > limit) {
                full = true;
                throw new IllegalStateException("the state has more than " + limit + " bytes");
            } else {
                super.write(bytes, offset, length);
            }
        }

        @Override
        public void writeBytes(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }
    }
}
