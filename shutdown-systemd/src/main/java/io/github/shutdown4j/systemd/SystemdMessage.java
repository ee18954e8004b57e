package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;

/**
 * One notification to systemd: assignments such as {@code READY=1} that travel in one datagram and take effect
 * together. Immutable.
 *
 * <p>A message cannot be malformed. Line feed, carriage return and NUL in a value become a space, so that no text can
 * smuggle in another assignment; in a status, which ends up in terminals, so does every other control character. A status is put last and is cut, between two characters, where the datagram would
 * exceed {@value #MAX_BYTES} bytes, which systemd drops without a word. A name can be assigned once per message;
 * joining two messages that share a name is refused.
 *
 * <p>Each assignment means what sd_notify(3) says. Versions named here are the first systemd that knows it.
 */
public final class SystemdMessage {

    /** The longest datagram that systemd reads. */
    static final int MAX_BYTES = 4096;

    private static final int MAX_NAME_LENGTH = 64;
    private static final String STATUS = "STATUS";
    private static final String STAMP = "MONOTONIC_USEC";
    private static final int STAMP_BYTES = STAMP.length() + 1 + 20;
    private static final SystemdMessage HEARTBEAT = flag("WATCHDOG");

    private record Assignment(String name, String value) {}

    /** All but the status, in the order in which they were given. */
    private final List<Assignment> assignments;

    private final @Nullable String status;
    // Whether the time of sending is added.
    private final boolean stamped;
    private final boolean essential;
    // The datagram, if it does not depend on the time.
    private final byte @Nullable [] fixed;

    private SystemdMessage(List<Assignment> assignments, @Nullable String status, boolean stamped) {
        this.assignments = List.copyOf(assignments);
        this.status = status;
        this.stamped = stamped;
        essential = needsRetry(this.assignments);
        byte[] head = head("").getBytes(StandardCharsets.UTF_8);
        int bytes = head.length + (stamped ? STAMP_BYTES : 0);
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("message without its status must have at most " + MAX_BYTES
                    + " bytes, has " + bytes + ": " + head("").substring(0, 60) + "...");
        }
        fixed = stamped ? null : status == null ? head : render("", status);
    }

    /** The start, or a reload, is complete. Starts the watchdog. */
    public static SystemdMessage ready() {
        return flag("READY");
    }

    /**
     * The process has begun to end, and there is no way back. systemd then allows it {@code TimeoutStopSec=}, and sends
     * no signal if it has not sent one yet.
     */
    public static SystemdMessage stopping() {
        return flag("STOPPING");
    }

    /**
     * A reload has begun; {@link #ready()} must follow, also when the reload fails. Carries {@code MONOTONIC_USEC}, the
     * time of sending, without which a unit of {@code Type=notify-reload} never sees its reload end.
     */
    public static SystemdMessage reloading() {
        return new SystemdMessage(List.of(new Assignment("RELOADING", "1")), null, true);
    }

    /** One line for people, shown by {@code systemctl status} and kept after the process has ended; empty clears it. */
    public static SystemdMessage status(String text) {
        Checks.notNull("text", text);
        return new SystemdMessage(List.of(), StatusLine.printable(text), false);
    }

    /** The process is healthy; due at least once in each {@code WatchdogSec=}. */
    public static SystemdMessage heartbeat() {
        return HEARTBEAT;
    }

    /** The process is beyond help: systemd acts as if a heartbeat had been missed. Since 243. */
    public static SystemdMessage watchdogTrigger() {
        return single("WATCHDOG", "trigger");
    }

    /** Another {@code WatchdogSec=} from now on, until the next start; works for a unit that has none, too. */
    public static SystemdMessage watchdogTimeout(Duration timeout) {
        return single("WATCHDOG_USEC", micros("timeout", timeout));
    }

    /** No watchdog until the next start. Heartbeats that arrive later do not bring it back. */
    public static SystemdMessage watchdogOff() {
        return single("WATCHDOG_USEC", "0");
    }

    /**
     * While starting or stopping: systemd's patience lasts at least this long from now. Never shortens it. Since 236.
     * Must not be sent while the service merely runs, where it would silence the watchdog for that time.
     */
    public static SystemdMessage extendTimeout(Duration time) {
        return single("EXTEND_TIMEOUT_USEC", micros("time", time));
    }

    /** The main process of the service is this one. */
    public static SystemdMessage mainPid(long pid) {
        return single("MAINPID", positive("pid", pid));
    }

    /** As {@link #mainPid(long)}, with the inode of its pidfd, by which systemd sees a recycled id. Since 257. */
    public static SystemdMessage mainPid(long pid, long pidfdId) {
        return mainPid(pid).and(single("MAINPIDFDID", positive("pidfdId", pidfdId)));
    }

    /** Why it failed, as an errno of the system; shown as {@code StatusErrno}. */
    public static SystemdMessage errno(int errno) {
        return single("ERRNO", Integer.toString(Checks.atLeast("errno", errno, 0)));
    }

    /** Why it failed, as a D-Bus error name. Since 233. */
    public static SystemdMessage busError(String name) {
        return single("BUSERROR", ascii("name", name));
    }

    /** Why it failed, as a Varlink error name. Since 257. */
    public static SystemdMessage varlinkError(String name) {
        return single("VARLINKERROR", ascii("name", name));
    }

    /** The exit status to come, 0 to 255. Read by container and virtual machine managers, not for services. Since 254. */
    public static SystemdMessage exitStatus(int status) {
        if (status < 0 || status > 255) {
            throw new IllegalArgumentException("status must be from 0 to 255, was " + status);
        }
        return single("EXIT_STATUS", Integer.toString(status));
    }

    /** Who may notify from now on, until the next start. Since 254. */
    public static SystemdMessage notifyAccess(NotifyAccess access) {
        Checks.notNull("access", access);
        return single("NOTIFYACCESS", access.text());
    }

    /** The counter of {@code RestartSteps=} starts again. Since 258. */
    public static SystemdMessage restartReset() {
        return flag("RESTART_RESET");
    }

    /** The descriptors that were stored under this name are given back. Since 236. */
    public static SystemdMessage fdStoreRemove(String name) {
        return flag("FDSTOREREMOVE").and(single("FDNAME", descriptorName(name)));
    }

    /**
     * Any assignment, for what systemd may learn later; private names should begin with {@code X_}. The name must match
     * {@code [A-Z][A-Z0-9_]{0,63}}. What it does is between the caller and systemd.
     */
    public static SystemdMessage raw(String name, String value) {
        Checks.notNull("name", name);
        Checks.notNull("value", value);
        if (!isName(name)) {
            throw new IllegalArgumentException("name must match [A-Z][A-Z0-9_]{0,63}, was \"" + oneLine(name) + "\"");
        }
        return name.equals(STATUS) ? status(value) : single(name, oneLine(value));
    }

    static SystemdMessage fdStore(String name) {
        return flag("FDSTORE").and(single("FDNAME", descriptorName(name)));
    }

    /** systemd then keeps the descriptor also when it hangs up. */
    static SystemdMessage fdStoreUnpolled(String name) {
        return fdStore(name).and(single("FDPOLL", "0"));
    }

    static SystemdMessage mainPidFd() {
        return flag("MAINPIDFD");
    }

    static SystemdMessage barrier() {
        return flag("BARRIER");
    }

    /**
     * Both in one datagram.
     *
     * @throws IllegalArgumentException if a name would be assigned twice, or all but the status exceeds
     *     {@value #MAX_BYTES} bytes
     */
    public SystemdMessage and(SystemdMessage other) {
        List<Assignment> all = new ArrayList<>(assignments);
        for (Assignment added : other.assignments) {
            if (assigns(added.name)) {
                throw assignedTwice(added.name, other);
            }
            all.add(added);
        }
        for (String name : List.of(STAMP, STATUS)) {
            if (assigns(name) && other.assigns(name)) {
                throw assignedTwice(name, other);
            }
        }
        return new SystemdMessage(all, status == null ? other.status : status, stamped || other.stamped);
    }

    private IllegalArgumentException assignedTwice(String name, SystemdMessage other) {
        return new IllegalArgumentException(
                name + " can be assigned once in a message, was in [" + this + "] and in [" + other + "]");
    }

    /** Whether the message assigns this name, whatever the value. */
    boolean assigns(String name) {
        for (Assignment assignment : assignments) {
            if (assignment.name.equals(name)) {
                return true;
            }
        }
        return (name.equals(STATUS) && status != null) || (name.equals(STAMP) && stamped);
    }

    /** Whether systemd would misjudge the unit if this were lost, and nothing like it would follow. */
    boolean isEssential() {
        return essential;
    }

    private static boolean needsRetry(List<Assignment> assignments) {
        for (Assignment assignment : assignments) {
            if (!assignment.name.equals("WATCHDOG") || assignment.value.equals("trigger")) {
                return true;
            }
        }
        return false;
    }

    /** The datagram, not to be changed, with the time of now where it carries one. */
    byte[] bytes(MonotonicClock clock) {
        return fixed != null ? fixed : render(STAMP + "=" + clock.monotonicMicros(), status);
    }

    private byte[] render(String stamp, @Nullable String text) {
        String head = head(stamp);
        if (text == null) {
            return head.getBytes(StandardCharsets.UTF_8);
        }
        String prefix = (head.isEmpty() ? "" : head + "\n") + "STATUS=";
        int room = MAX_BYTES - prefix.getBytes(StandardCharsets.UTF_8).length;
        return (room < 0 ? head : prefix + Utf8.cut(text, room)).getBytes(StandardCharsets.UTF_8);
    }

    private String head(String stamp) {
        StringJoiner lines = new StringJoiner("\n");
        for (Assignment assignment : assignments) {
            lines.add(assignment.name + "=" + assignment.value);
        }
        if (!stamp.isEmpty()) {
            lines.add(stamp);
        }
        return lines.toString();
    }

    private static SystemdMessage flag(String name) {
        return single(name, "1");
    }

    private static SystemdMessage single(String name, String value) {
        return new SystemdMessage(List.of(new Assignment(name, value)), null, false);
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z';
            if (!letter && (i == 0 || (c != '_' && (c < '0' || c > '9')))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_NAME_LENGTH;
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ').replace('\0', ' ');
    }

    /** Whole microseconds, rounded up, since systemd takes zero for "not set". */
    static String micros(String name, Duration value) {
        Checks.positive(name, value);
        Duration most = Duration.ofDays(100 * 365);
        if (value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be at most " + most.toDays() + " days, was " + value);
        }
        return Long.toString((value.toNanos() + 999) / 1000);
    }

    private static String positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than zero, was " + value);
        }
        return Long.toString(value);
    }

    private static String ascii(String name, String value) {
        Checks.notBlank(name, value);
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(name + " must be printable ASCII, was \"" + oneLine(value) + "\"");
        }
        return value;
    }

    /** systemd takes other names for "stored" without a word. */
    private static String descriptorName(String name) {
        ascii("name", name);
        if (name.length() > 255 || name.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "name must have at most 255 characters and no colon, was \"" + name + "\"");
        }
        return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SystemdMessage that
                && assignments.equals(that.assignments)
                && Objects.equals(status, that.status)
                && stamped == that.stamped;
    }

    @Override
    public int hashCode() {
        return Objects.hash(assignments, status, stamped);
    }

    /** The assignments, separated by spaces, for logs. */
    @Override
    public String toString() {
        String head = head(stamped ? STAMP + "=(now)" : "").replace('\n', ' ');
        return status == null ? head : (head.isEmpty() ? "" : head + " ") + STATUS + "=" + status;
    }
}
