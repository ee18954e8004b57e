package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/** Removes the white space around an encoded state, and computes its size, checksum and digest. */
final class StateOutput extends OutputStream {

    private final OutputStream target;
    private final long limit;
    private final EncodedState<?> state;
    private final @Nullable MessageDigest digest;
    private final CRC32C crc = new CRC32C();
    private long count;
    /** Pending white space, which belongs to the state only if something follows. */
    private byte[] blanks = new byte[0];

    private StateOutput(OutputStream target, long limit, EncodedState<?> state, @Nullable MessageDigest digest) {
        this.target = target;
        this.limit = limit;
        this.state = state;
        this.digest = digest;
    }

    /**
     * Encodes a state into {@code target}.
     *
     * @param limit the maximum number of bytes
     * @param digest updated with each byte; null if not needed
     */
    static <T> StateOutput encode(
            CheckpointSettings<T> settings,
            EncodedState<T> state,
            OutputStream target,
            long limit,
            @Nullable MessageDigest digest)
            throws Exception {
        StateOutput output = new StateOutput(target, limit, state, digest);
        settings.encode(state.state(), output);
        state.requireNotAbandoned();
        return output;
    }

    long count() {
        return count;
    }

    String crc32c() {
        return CheckpointContent.text(crc);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        state.requireNotAbandoned();
        int end = offset + length;
        int from = offset;
        while (count == 0 && from < end && CheckpointContent.isBlank(bytes[from])) {
            from++;
        }
        int to = end;
        while (to > from && CheckpointContent.isBlank(bytes[to - 1])) {
            to--;
        }
        if (to > from) {
            take(blanks, 0, blanks.length);
            blanks = new byte[0];
            take(bytes, from, to - from);
        }
        if (count > 0 && to < end) {
            byte[] more = new byte[blanks.length + end - to];
            System.arraycopy(blanks, 0, more, 0, blanks.length);
            System.arraycopy(bytes, to, more, blanks.length, end - to);
            blanks = more;
        }
    }

    private void take(byte[] bytes, int offset, int length) throws IOException {
        count += length;
        if (count > limit) {
            throw new IOException("it has more than " + limit + " bytes, the limit set by maxBytes");
        }
        crc.update(bytes, offset, length);
        if (digest != null) {
            digest.update(bytes, offset, length);
        }
        target.write(bytes, offset, length);
    }
}
