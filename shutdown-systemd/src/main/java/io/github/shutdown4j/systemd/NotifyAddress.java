package io.github.shutdown4j.systemd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The address in {@code NOTIFY_SOCKET} as a {@code sockaddr_un}: a path with its terminating NUL, or an abstract name without
 * one, because each trailing NUL would be part of the name.
 */
final class NotifyAddress {

    private static final short AF_UNIX = 1;
    /** The size of {@code sun_path}, including the NUL of a path. */
    private static final int MAX_BYTES = 108;

    private final String text;
    private final byte[] sockaddr;

    private NotifyAddress(String text, byte[] sockaddr) {
        this.text = text;
        this.sockaddr = sockaddr;
    }

    /** Parses an address; throws IllegalArgumentException with a message for operators if it is not supported. */
    static NotifyAddress parse(String text) {
        byte[] name = text.getBytes(StandardCharsets.UTF_8);
        boolean abstractName = text.startsWith("@");
        if (text.startsWith("vsock")) {
            throw new IllegalArgumentException(
                    "vsock addresses are for virtual machine managers and not supported: " + text);
        }
        if (!abstractName && !text.startsWith("/")) {
            throw new IllegalArgumentException("unsupported address, neither an absolute path nor @name: " + text);
        }
        int most = abstractName ? MAX_BYTES : MAX_BYTES - 1;
        if (name.length < 2 || name.length > most) {
            throw new IllegalArgumentException(
                    "address must have 2 to " + most + " bytes, has " + name.length + ": " + text);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(Short.BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(AF_UNIX)
                .array());
        if (abstractName) {
            name[0] = 0;
            bytes.writeBytes(name);
        } else {
            bytes.writeBytes(name);
            bytes.write(0);
        }
        return new NotifyAddress(text, bytes.toByteArray());
    }

    /** Returns a copy of the {@code sockaddr_un} with its exact length. */
    byte[] sockaddr() {
        return sockaddr.clone();
    }

    @Override
    public String toString() {
        return text;
    }
}
