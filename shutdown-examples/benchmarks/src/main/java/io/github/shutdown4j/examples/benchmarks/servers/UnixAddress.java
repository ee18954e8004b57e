package io.github.shutdown4j.examples.benchmarks.servers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The address of a Unix socket in the kernel's format: the family, the path, a NUL. */
public final class UnixAddress {

    private static final short AF_UNIX = 1;

    private UnixAddress() {}

    public static byte[] of(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + name.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort(AF_UNIX)
                .put(name)
                .array();
    }
}
