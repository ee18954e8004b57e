package io.github.shutdown4j.systemd;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.StringJoiner;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * Functions of the C library; the only class that uses JNA. Initializing this class loads native code. After a result of -1,
 * and only then, {@link #errno()} on the same thread returns the error number.
 *
 * <p>The functions are called through {@link Function} instead of native methods: binding the first native method, JNA reads
 * annotations of its {@code Structure}, for which the JDK generates proxy classes. That takes 30 to 50 ms, a third of the
 * processor time of the first notification; a later call takes 14 microseconds instead of 8. Arguments are arrays and plain
 * memory only: no callbacks, which musl cannot link, and no {@code Structure}. Platform differences, the width of {@code
 * size_t} and of a pointer, are handled here.
 */
final class LibC {

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_ACCEPTCONN = 30;
    static final int SO_TYPE = 3;

    private static final int SCM_RIGHTS = 1;
    private static final int CLOCK_MONOTONIC = 1;
    private static final short POLLIN = 1;
    /** MSG_DONTWAIT and MSG_NOSIGNAL. */
    private static final int SEND_FLAGS = 0x4040;

    private static final String SEARCH_PATH = "jna.platform.library.path";

    private static final NativeLibrary C;
    private static final Function SENDTO;
    private static final boolean WIDE;

    static {
        withoutLdconfig();
        C = load();
        SENDTO = C.getFunction("sendto");
        WIDE = Native.SIZE_T_SIZE == Long.BYTES;
    }

    private LibC() {}

    private static NativeLibrary load() {
        UnpackedLibrary unpacked = UnpackedLibrary.unpack(Native.class, Platform.RESOURCE_PREFIX);
        try {
            // "c" resolves in the process itself, on glibc and on musl: nothing is searched or opened.
            return NativeLibrary.getInstance("c");
        } finally {
            if (unpacked != null) {
                unpacked.delete();
            }
        }
    }

    static int socket(int domain, int type, int protocol) {
        return call("socket", domain, type, protocol);
    }

    static int close(int descriptor) {
        return call("close", descriptor);
    }

    static int pipe2(int[] descriptors, int flags) {
        return call("pipe2", descriptors, flags);
    }

    static int dup3(int from, int to, int flags) {
        return call("dup3", from, to, flags);
    }

    static int getsockname(int socket, byte[] address, int[] addressLength) {
        return call("getsockname", socket, address, addressLength);
    }

    static int getpeername(int socket, byte[] address, int[] addressLength) {
        return call("getpeername", socket, address, addressLength);
    }

    static int getsockopt(int socket, int level, int option, int[] value, int[] valueLength) {
        return call("getsockopt", socket, level, option, value, valueLength);
    }

    private static int call(String function, Object... arguments) {
        return C.getFunction(function).invokeInt(arguments);
    }

    /** A function that returns an {@code ssize_t}, as -1 or zero. */
    private static int callForSize(Function function, Object... arguments) {
        long size = WIDE ? function.invokeLong(arguments) : function.invokeInt(arguments);
        return size == -1 ? -1 : 0;
    }

    /** A {@code size_t}, which on Linux is as wide as an {@code unsigned long}. */
    private static Object size(int value) {
        if (WIDE) {
            return (long) value;
        }
        return value;
    }

    static int errno() {
        return Native.getLastError();
    }

    /** Sends a datagram without blocking; -1 on failure. */
    static int send(int socket, byte[] data, byte[] address) {
        return callForSize(SENDTO, socket, data, size(data.length), SEND_FLAGS, address, address.length);
    }

    /**
     * Like {@link #send}, with copies of the descriptors. Lays out {@code msghdr}, {@code iovec}, {@code cmsghdr}, address
     * and data in one block. With {@code w} for the width of a pointer, a msghdr has the name at 0, its length at w, the
     * iovec at 2w, their count at 3w, the control data at 4w, their length at 5w, flags at 6w; a cmsghdr has its length
     * at 0, the level at w, the type at w+4, and its data from w+8.
     */
    static int send(int socket, byte[] data, byte[] address, int[] descriptors) {
        int w = Native.POINTER_SIZE;
        int header = 7 * w;
        int vector = 2 * w;
        int controlLength = w + 8 + Integer.BYTES * descriptors.length;
        int control = (controlLength + w - 1) / w * w;
        int size = header + vector + control + address.length + data.length;
        Pointer block = new Pointer(Native.malloc(size));
        try {
            block.clear(size);
            Pointer iovec = block.share(header);
            Pointer cmsg = block.share(header + vector);
            Pointer name = block.share(header + vector + control);
            Pointer payload = block.share(header + vector + control + address.length);
            name.write(0, address, 0, address.length);
            payload.write(0, data, 0, data.length);

            block.setPointer(0, name);
            block.setInt(w, address.length);
            block.setPointer(2L * w, iovec);
            block.setNativeLong(3L * w, new NativeLong(1));
            block.setPointer(4L * w, cmsg);
            block.setNativeLong(5L * w, new NativeLong(control));

            iovec.setPointer(0, payload);
            iovec.setNativeLong(w, new NativeLong(data.length));

            cmsg.setNativeLong(0, new NativeLong(controlLength));
            cmsg.setInt(w, SOL_SOCKET);
            cmsg.setInt(w + 4L, SCM_RIGHTS);
            cmsg.write(w + 8L, descriptors, 0, descriptors.length);
            // errno() is that of sendmsg also after free(), which JNA does not count as a call.
            return callForSize(C.getFunction("sendmsg"), socket, block, SEND_FLAGS);
        } finally {
            Native.free(Pointer.nativeValue(block));
        }
    }

    /** Returns 1 when the descriptor is readable or its other end is closed, 0 after the timeout, -1 on failure. */
    static int awaitReadable(int descriptor, int timeoutMillis) {
        byte[] pollfd = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putInt(descriptor)
                .putShort(POLLIN)
                .array();
        return call("poll", pollfd, size(1), timeoutMillis);
    }

    /** CLOCK_MONOTONIC in microseconds. */
    static long monotonicMicros() {
        byte[] timespec = new byte[2 * Long.BYTES];
        if (call("clock_gettime", CLOCK_MONOTONIC, timespec) == -1) {
            return System.nanoTime() / 1000; // the same clock on all known JVMs, but not specified
        }
        ByteBuffer fields = ByteBuffer.wrap(timespec).order(ByteOrder.nativeOrder());
        boolean wide = Native.LONG_SIZE == Long.BYTES;
        long seconds = wide ? fields.getLong() : fields.getInt();
        long nanos = wide ? fields.getLong() : fields.getInt();
        return seconds * 1_000_000 + nanos / 1000;
    }

    /**
     * Unless the property is set, JNA runs {@code ldconfig} as a child process to find directories, which are not needed here.
     * Other users of JNA in this process get the usual directories.
     */
    private static void withoutLdconfig() {
        if (System.getProperty(SEARCH_PATH) != null) {
            return;
        }
        String arch = System.getProperty("os.arch", "");
        String triplet =
                switch (arch) {
                    case "amd64" -> "x86_64-linux-gnu";
                    case "arm" -> "arm-linux-gnueabihf";
                    case "ppc64le" -> "powerpc64le-linux-gnu";
                    default -> arch.concat("-linux-gnu");
                };
        String[] directories = {
            "/usr/local/lib/".concat(triplet),
            "/usr/lib/".concat(triplet),
            "/lib/".concat(triplet),
            "/usr/local/lib",
            "/usr/lib64",
            "/lib64",
            "/usr/lib",
            "/lib"
        };
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (String directory : directories) {
            if (new File(directory).isDirectory()) {
                path.add(directory);
            }
        }
        System.setProperty(SEARCH_PATH, path.toString());
    }
}
