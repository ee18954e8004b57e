package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * Computes the checksum of a state while it is decoded. Closing it has no effect, because a codec may close it before all
 * bytes were read.
 */
final class VerifyingInput extends InputStream {

    private final InputStream bytes;
    private final CRC32C crc = new CRC32C();
    private @Nullable IOException failure;

    VerifyingInput(InputStream bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count;
        try {
            count = bytes.read(target, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        if (count > 0) {
            crc.update(target, offset, count);
        }
        return count;
    }

    /**
     * Reads the rest and returns the checksum of all bytes.
     *
     * @throws IOException if they cannot be read, or if an earlier read has failed
     */
    String crc32c() throws IOException {
        if (failure != null) {
            throw failure;
        }
        byte[] rest = new byte[1 << 14];
        int count = 0;
        while (count >= 0) {
            count = read(rest, 0, rest.length);
        }
        return CheckpointContent.text(crc);
    }
}
