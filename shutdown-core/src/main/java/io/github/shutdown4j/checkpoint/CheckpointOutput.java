package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** An output stream to a new file, buffered so that a small file is one write. */
final class CheckpointOutput extends OutputStream {

    private final CheckpointFileSystem.NewFile file;
    private final ByteBuffer buffer;
    /** The number of bytes that have left the buffer. */
    private long drained;

    /**
     * Creates a stream to an empty file.
     *
     * @param buffer a direct buffer, which avoids another copy; its content is overwritten
     */
    CheckpointOutput(CheckpointFileSystem.NewFile file, ByteBuffer buffer) {
        this.file = file;
        this.buffer = buffer.clear();
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) {
            drain();
        }
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(bytes, offset, length));
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            int end = bytes.limit();
            bytes.limit(Math.min(end, bytes.position() + buffer.remaining()));
            buffer.put(bytes);
            bytes.limit(end);
        }
    }

    /** Overwrites the bytes at {@code position}. */
    void patch(long position, byte[] bytes) throws IOException {
        if (position >= drained) {
            buffer.put((int) (position - drained), bytes);
            return;
        }
        drain();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            file.write(rest, position + rest.position());
        }
    }

    /** Writes all buffered bytes to the file. */
    void drain() throws IOException {
        buffer.flip();
        drained += buffer.remaining();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }
}
