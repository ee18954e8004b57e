package io.github.shutdown4j.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A state on its way to the file: in its encoded form if that is small, else as it is, to be encoded while the file is
 * written, so that no copy of it is ever in memory.
 */
final class EncodedState<T> {

    private final T state;
    private final byte @Nullable [] bytes;
    private final @Nullable RoundTripCheck<T> check;
    private volatile boolean released;

    /**
     * What there is to save.
     *
     * @param bytes what the codec made of the state; null if that is large
     * @param check what must succeed before it replaces the state before; null if that is not needed
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

    /** Checks on this thread, while the store's own thread writes. */
    void checkNow() {
        if (check != null) {
            check.run();
        }
    }

    /** The caller who handed the state in has given up, and may change it: it must not be read any more. */
    void release() {
        released = true;
    }

    void requireStillWanted() throws IOException {
        if (released) {
            throw new IOException("its caller has given up waiting while it was encoded");
        }
    }

    /** Takes what is encoded as long as it is not too much. */
    static final class Buffer extends ByteArrayOutputStream {

        private final int limit;
        private byte @Nullable [] adopted;
        private boolean full;

        Buffer(int limit) {
            super(2048);
            this.limit = limit;
        }

        /** Whether there was more than fits. */
        boolean isFull() {
            return full;
        }

        byte[] bytes() {
            return adopted != null ? adopted : Arrays.copyOf(buf, count);
        }

        @Override
        public synchronized void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (count == 0 && adopted == null && length == bytes.length && length > limit) {
                // A codec that encodes into an array has made it already.
                adopted = bytes;
            } else if (adopted != null || count + length > limit) {
                full = true;
                throw new FullException();
            } else {
                super.write(bytes, offset, length);
            }
        }

        @Override
        public void writeBytes(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }
    }

    /** Ends an encoding whose result would be too large to be kept. */
    private static final class FullException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        FullException() {
            super("larger than the buffer", null, false, false);
        }
    }
}
