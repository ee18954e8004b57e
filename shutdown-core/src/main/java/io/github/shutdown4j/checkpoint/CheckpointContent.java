package io.github.shutdown4j.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/** The bytes of a checkpoint file: in memory if the file is small, otherwise read each time. */
final class CheckpointContent {

    /** Up to this size a file is read once, into memory. */
    static final int IN_MEMORY_LIMIT = 1 << 20;

    private static final int BLOCK = 1 << 16;

    private final CheckpointFileSystem disk;
    private final Path file;
    private final long size;
    private final byte @Nullable [] bytes;

    private CheckpointContent(CheckpointFileSystem disk, Path file, long size, byte @Nullable [] bytes) {
        this.disk = disk;
        this.file = file;
        this.size = size;
        this.bytes = bytes;
    }

    static CheckpointContent of(CheckpointFileSystem disk, Path file) throws IOException {
        try (CheckpointFileSystem.OpenFile open = disk.open(file)) {
            long size = open.size();
            if (size > IN_MEMORY_LIMIT) {
                return new CheckpointContent(disk, file, size, null);
            }
            byte[] bytes = new byte[(int) size];
            readFully(open, ByteBuffer.wrap(bytes), 0);
            return new CheckpointContent(disk, file, size, bytes);
        }
    }

    static CheckpointContent of(byte[] bytes) {
        return new CheckpointContent(new NioFileSystem(), Path.of(""), bytes.length, bytes);
    }

    long size() {
        return size;
    }

    boolean isInMemory() {
        return bytes != null;
    }

    InputStream stream(long from, long to) throws IOException {
        return bytes != null
                ? new ByteArrayInputStream(bytes, (int) from, (int) (to - from))
                : Range.of(disk.open(file), from, to);
    }

    /** Returns the position after the last byte before {@code to} that is not JSON white space; 0 if there is none. */
    long endOfText(long to) throws IOException {
        if (bytes != null) {
            return endOfText(bytes, (int) to);
        }
        try (CheckpointFileSystem.OpenFile open = disk.open(file)) {
            byte[] block = new byte[1 << 10];
            long end = to;
            while (end > 0) {
                int length = (int) Math.min(block.length, end);
                readFully(open, ByteBuffer.wrap(block, 0, length), end - length);
                int rest = endOfText(block, length);
                end -= length - rest;
                if (rest > 0) {
                    break;
                }
            }
            return end;
        }
    }

    byte at(long position) throws IOException {
        if (bytes != null) {
            return bytes[(int) position];
        }
        try (InputStream in = stream(position, position + 1)) {
            return (byte) in.read();
        }
    }

    /** The checksum of some of the bytes, as the envelope has it. */
    String crc32c(long from, long to) throws IOException {
        CRC32C crc = new CRC32C();
        if (bytes != null) {
            crc.update(bytes, (int) from, (int) (to - from));
            return text(crc);
        }
        try (CheckpointFileSystem.OpenFile open = disk.open(file)) {
            ByteBuffer block = ByteBuffer.allocateDirect(1 << 17);
            for (long position = from; position < to; position += block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), to - position));
                readFully(open, block, position);
                crc.update(block.flip());
            }
        }
        return text(crc);
    }

    static String text(CRC32C crc) {
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static int endOfText(byte[] bytes, int to) {
        int end = to;
        while (end > 0 && isBlank(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static void readFully(CheckpointFileSystem.OpenFile open, ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            position += read(open, buffer, position);
        }
    }

    /** Throws {@link FileSystemException} on failure, which says nothing about the content. */
    private static int read(CheckpointFileSystem.OpenFile open, ByteBuffer buffer, long position) throws IOException {
        int count;
        try {
            count = open.read(buffer, position);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(e.getMessage(), e);
        }
        if (count < 0) {
            throw unreadable("became shorter while it was read", null);
        }
        return count;
    }

    private static FileSystemException unreadable(@Nullable String why, @Nullable Throwable cause) {
        FileSystemException unreadable = new FileSystemException(null, null, why);
        unreadable.initCause(cause);
        return unreadable;
    }

    /** A part of an open file; closes the file. */
    private static final class Range extends InputStream {

        private final CheckpointFileSystem.OpenFile open;
        private final long to;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK).limit(0);
        private long position;

        /** Returns the type {@code InputStream}, so that this class is loaded only for a large file. */
        static InputStream of(CheckpointFileSystem.OpenFile open, long from, long to) {
            return new Range(open, from, to);
        }

        private Range(CheckpointFileSystem.OpenFile open, long from, long to) {
            this.open = open;
            this.position = from;
            this.to = to;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!buffer.hasRemaining()) {
                if (position >= to) {
                    return -1;
                }
                buffer.clear().limit((int) Math.min(BLOCK, to - position));
                position += CheckpointContent.read(open, buffer, position);
                buffer.flip();
            }
            int count = Math.min(length, buffer.remaining());
            buffer.get(target, offset, count);
            return count;
        }

        @Override
        public void close() throws IOException {
            open.close();
        }
    }
}
