package io.github.shutdown4j.internal;

/** The byte order mark that some editors write at the start of a UTF-8 file. */
public final class ByteOrderMark {

    /** The size of the mark in bytes. */
    public static final int LENGTH = 3;

    private ByteOrderMark() {}

    /** Returns {@link #LENGTH} if the content starts with a mark, otherwise 0. */
    public static int lengthAtStartOf(byte[] content) {
        boolean marked = content.length >= LENGTH
                && content[0] == (byte) 0xEF
                && content[1] == (byte) 0xBB
                && content[2] == (byte) 0xBF;
        return marked ? LENGTH : 0;
    }
}
