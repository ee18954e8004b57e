package io.github.shutdown4j.systemd;

/** Error numbers of Linux; the same on all processors that current JDKs support. */
enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file: does the process see systemd's socket?"),
    EINTR(4, "interrupted"),
    EBADF(9, "bad descriptor"),
    EAGAIN(11, "systemd does not read, its queue is full"),
    EACCES(13, "permission denied"),
    EMFILE(24, "too many open files"),
    EMSGSIZE(90, "message too long"),
    EAFNOSUPPORT(97, "the unit needs AF_UNIX in RestrictAddressFamilies="),
    ENOBUFS(105, "no buffer space"),
    ETOOMANYREFS(109, "too many descriptors in flight"),
    ETIMEDOUT(110, "no answer in time"),
    ECONNREFUSED(111, "no listener at this address");

    private final int number;
    private final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    /** Returns "errno 11 (EAGAIN: ...)", or only the number if it is unknown. */
    static String describe(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return "errno " + number + " (" + errno + ": " + errno.text + ")";
            }
        }
        return "errno " + number;
    }

    /** Returns whether a retry may succeed. */
    static boolean isTemporary(int number) {
        return number == EAGAIN.number || number == ENOBUFS.number || number == EINTR.number;
    }
}
