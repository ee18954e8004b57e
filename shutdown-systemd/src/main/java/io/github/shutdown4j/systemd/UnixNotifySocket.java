package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/**
 * A datagram socket of the C library. It keeps one unconnected close-on-exec socket, so that a notification is a single
 * system call and systemd may reopen its end at any time.
 */
final class UnixNotifySocket implements NotifySocket {

    private static final int NONE = -1;
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private final byte[] address;
    /** Guards the descriptor, whose number may be reused once it is closed. */
    private final ReentrantLock lock = new ReentrantLock();

    private int socket = NONE;
    private boolean closed;

    /** Loads the native code if necessary. If the socket cannot be opened, each datagram tries again. */
    UnixNotifySocket(NotifyAddress address) {
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
            int failed = descriptors.length == 0
                    ? LibC.send(socket, datagram, address)
                    : LibC.send(socket, datagram, address, descriptors);
            return failed == -1 ? LibC.errno() : OK;
        } finally {
            lock.unlock();
        }
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
            return errno != OK ? errno : awaitHangup(pipe[0], timeout);
        } finally {
            int unused = LibC.close(pipe[0]);
        }
    }

    /** Afterwards only systemd holds the other end of the pipe. */
    private static int awaitHangup(int descriptor, Duration timeout) {
        Deadline deadline = Deadline.after(Ticker.system(), Durations.least(timeout, MAX_TIMEOUT));
        while (true) {
            long left = Math.max(0, deadline.remainingNanos());
            int ready = LibC.awaitReadable(descriptor, (int) ((left + 999_999) / 1_000_000));
            if (ready > 0) {
                return OK;
            }
            if (ready == -1 && LibC.errno() != Errno.EINTR.number()) {
                return LibC.errno();
            }
            if (deadline.isExpired()) {
                return Errno.ETIMEDOUT.number();
            }
        }
    }

    @Override
    public long monotonicMicros() {
        return LibC.monotonicMicros();
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
