package io.github.shutdown4j.systemd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/**
 * A datagram socket of the C library. One unconnected, close-on-exec socket is kept for the life of this object, so
 * that a notification is a single system call, and systemd may close and open its end as it likes.
 */
final class JnaNotifySocket implements NotifySocket {

    private static final int FLAGS = LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL;
    private static final int NONE = -1;

    private final byte[] address;
    /** Guards the descriptor, whose number means something else once it is closed. */
    private final ReentrantLock lock = new ReentrantLock();

    private int socket = NONE;
    private boolean closed;

    /** Loads the native code if need be; a socket that cannot be opened is tried again with each datagram. */
    JnaNotifySocket(NotifyAddress address) {
        this.address = address.sockaddr();
        lock.lock();
        try {
            int unused = open();
        } finally {
            lock.unlock();
        }
    }

    private int open() {
        if (closed) {
            return Errno.EBADF.number();
        }
        if (socket == NONE) {
            socket = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.CLOEXEC, 0);
            return socket == NONE ? LibC.errno() : OK;
        }
        return OK;
    }

    @Override
    public int send(byte[] datagram, int... descriptors) {
        lock.lock();
        try {
            int errno = open();
            if (errno != OK) {
                return errno;
            }
            return descriptors.length == 0 ? sendPlain(datagram) : sendWithDescriptors(datagram, descriptors);
        } finally {
            lock.unlock();
        }
    }

    private int sendPlain(byte[] datagram) {
        long sent = LibC.SIZE_T_IS_LONG
                ? LibC.sendto(socket, datagram, (long) datagram.length, FLAGS, address, address.length)
                : LibC.sendto(socket, datagram, datagram.length, FLAGS, address, address.length);
        return sent == -1 ? LibC.errno() : OK;
    }

    /**
     * Lays out {@code msghdr}, {@code iovec}, {@code cmsghdr}, address and data in one block. All fields but the
     * descriptors are as wide as a pointer or start at a multiple of its width {@code w}: msghdr has its name at 0,
     * length of name w, iov 2w, their count 3w, control 4w, its length 5w, flags 6w; cmsghdr its length at 0, level at w,
     * type at w+4, data from w+8.
     */
    private int sendWithDescriptors(byte[] datagram, int[] descriptors) {
        int w = Native.POINTER_SIZE;
        int header = 7 * w;
        int vector = 2 * w;
        int controlLength = w + 8 + Integer.BYTES * descriptors.length;
        int control = (controlLength + w - 1) / w * w;
        int size = header + vector + control + address.length + datagram.length;
        Pointer block = new Pointer(Native.malloc(size));
        try {
            block.clear(size);
            Pointer iovec = block.share(header);
            Pointer cmsg = block.share(header + vector);
            Pointer name = block.share(header + vector + control);
            Pointer data = block.share(header + vector + control + address.length);
            name.write(0, address, 0, address.length);
            data.write(0, datagram, 0, datagram.length);

            block.setPointer(0, name);
            block.setInt(w, address.length);
            block.setPointer(2L * w, iovec);
            word(block, 3 * w, 1);
            block.setPointer(4L * w, cmsg);
            word(block, 5 * w, control);

            iovec.setPointer(0, data);
            word(iovec, w, datagram.length);

            word(cmsg, 0, controlLength);
            cmsg.setInt(w, LibC.SOL_SOCKET);
            cmsg.setInt(w + 4L, LibC.SCM_RIGHTS);
            cmsg.write(w + 8L, descriptors, 0, descriptors.length);
            return LibC.sendmsg(socket, block, FLAGS).longValue() == -1 ? LibC.errno() : OK;
        } finally {
            Native.free(Pointer.nativeValue(block));
        }
    }

    private static void word(Pointer block, int offset, long value) {
        block.setNativeLong(offset, new NativeLong(value));
    }

    @Override
    public int sendAndAwaitClose(byte[] datagram, Duration timeout) {
        int[] pipe = new int[2];
        if (LibC.pipe2(pipe, LibC.CLOEXEC) == -1) {
            return LibC.errno();
        }
        try {
            int errno;
            try {
                errno = send(datagram, pipe[1]);
            } finally {
                int unused = LibC.close(pipe[1]);
            }
            return errno != OK ? errno : awaitHangUp(pipe[0], timeout);
        } finally {
            int unused = LibC.close(pipe[0]);
        }
    }

    /** The other end of the pipe is then held by systemd alone. */
    private static int awaitHangUp(int descriptor, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            byte[] pollfd = ByteBuffer.allocate(8)
                    .order(ByteOrder.nativeOrder())
                    .putInt(descriptor)
                    .putShort(LibC.POLLIN)
                    .array();
            long left = Math.max(0, deadline - System.nanoTime());
            int millis = (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
            int ready = LibC.poll(pollfd, new NativeLong(1), millis);
            if (ready > 0) {
                return OK;
            }
            if (ready == 0 && deadline - System.nanoTime() <= 0) {
                return Errno.ETIMEDOUT.number();
            }
            int errno = ready == -1 ? LibC.errno() : OK;
            if (ready == -1 && errno != Errno.EINTR.number()) {
                return errno;
            }
        }
    }

    @Override
    public long monotonicMicros() {
        byte[] timespec = new byte[2 * Long.BYTES];
        if (LibC.clock_gettime(LibC.CLOCK_MONOTONIC, timespec) == -1) {
            return System.nanoTime() / 1000;
        }
        ByteBuffer fields = ByteBuffer.wrap(timespec).order(ByteOrder.nativeOrder());
        boolean wide = Native.LONG_SIZE == Long.BYTES;
        long seconds = wide ? fields.getLong() : fields.getInt();
        long nanos = wide ? fields.getLong() : fields.getInt();
        return seconds * 1_000_000 + nanos / 1000;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (socket != NONE) {
                int unused = LibC.close(socket);
                socket = NONE;
            }
        } finally {
            lock.unlock();
        }
    }
}
