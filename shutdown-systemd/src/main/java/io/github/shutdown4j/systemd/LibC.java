package io.github.shutdown4j.systemd;

import java.io.File;
import java.util.List;
import java.util.stream.Collectors;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/**
 * The C library's functions, bound directly; the only class that knows JNA's binding. To touch it is to load native
 * code. {@code size_t} differs by platform, hence the two forms of {@link #sendto}; {@link #SIZE_T_IS_LONG} says which
 * one is right. After a return of -1, and only then, {@link #errno()} on the same thread tells why.
 *
 * <p>Arrays and plain memory only: no callback, whose support musl cannot link, and no {@code Structure}, which costs
 * reflection with each call.
 */
final class LibC {

    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM = 2;
    static final int CLOEXEC = 0x80000;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOL_SOCKET = 1;
    static final int SO_ACCEPTCONN = 30;
    static final int SCM_RIGHTS = 1;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int CLOCK_MONOTONIC = 1;
    static final short POLLIN = 1;

    static final boolean SIZE_T_IS_LONG;

    private static final String SEARCH_PATH = "jna.platform.library.path";

    static {
        withoutLdconfig();
        // "c" is the process itself, on glibc and on musl: nothing is searched or opened.
        Native.register(LibC.class, "c");
        SIZE_T_IS_LONG = Native.SIZE_T_SIZE == Long.BYTES;
    }

    private LibC() {}

    static native int socket(int domain, int type, int protocol);

    static native int close(int descriptor);

    static native long sendto(int socket, byte[] data, long length, int flags, byte[] address, int addressLength);

    static native int sendto(int socket, byte[] data, int length, int flags, byte[] address, int addressLength);

    static native NativeLong sendmsg(int socket, Pointer message, int flags);

    static native int pipe2(int[] descriptors, int flags);

    static native int poll(byte[] descriptors, NativeLong count, int timeoutMillis);

    static native int clock_gettime(int clock, byte[] timespec);

    static native int dup3(int from, int to, int flags);

    static native int getsockname(int socket, byte[] address, int[] addressLength);

    static native int getsockopt(int socket, int level, int option, int[] value, int[] valueLength);

    static int errno() {
        return Native.getLastError();
    }

    /**
     * JNA asks {@code ldconfig} for directories unless it is told them, in a child process, although nothing we need is
     * searched for. Other users of JNA in this process get the usual directories.
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
                    default -> arch + "-linux-gnu";
                };
        String path = List.of(
                        "/usr/local/lib/" + triplet,
                        "/usr/lib/" + triplet,
                        "/lib/" + triplet,
                        "/usr/local/lib",
                        "/usr/lib64",
                        "/lib64",
                        "/usr/lib",
                        "/lib")
                .stream()
                .filter(directory -> new File(directory).isDirectory())
                .collect(Collectors.joining(File.pathSeparator));
        System.setProperty(SEARCH_PATH, path);
    }
}
