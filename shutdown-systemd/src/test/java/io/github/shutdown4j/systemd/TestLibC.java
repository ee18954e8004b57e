package io.github.shutdown4j.systemd;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** Functions of the C library that only a manager needs. */
final class TestLibC {

    static final int SO_PASSCRED = 16;
    static final int SCM_RIGHTS = 1;
    static final int SCM_CREDENTIALS = 2;

    static {
        Native.register(TestLibC.class, "c");
    }

    private TestLibC() {}

    static native int bind(int socket, byte[] address, int length);

    static native int setsockopt(int socket, int level, int option, int[] value, int length);

    static native int getrlimit(int resource, long[] limits);

    static native int setrlimit(int resource, long[] limits);

    static native NativeLong recvmsg(int socket, Pointer message, int flags);

    static native NativeLong read(int descriptor, byte[] data, NativeLong length);

    static native NativeLong write(int descriptor, byte[] data, NativeLong length);
}
