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
 * A notification to systemd: assignments such as {@code READY=1} in one datagram, which take effect together. Immutable.
 *
 * <pre>{@code
 * systemd.send(SystemdMessage.extendTimeout(Duration.ofMinutes(2)).and(SystemdMessage.status("migrating the schema")));
 * }</pre>
 *
 * <p>A message is always well-formed. Line feeds, carriage returns and NULs in a value become spaces, so that no text can add
 * an assignment. In a status, which terminals display, all control characters become spaces. The status is last and is
 * truncated, between two characters, if the datagram would otherwise exceed {@value #MAX_BYTES} bytes; systemd silently drops
 * larger ones. Each name can be assigned once in a message.
 *
 * <p>The factories throw {@link IllegalArgumentException} for a value that systemd would not accept: process ids and durations
 * must be positive, durations at most 100 years, error and descriptor names printable ASCII.
 *
 * <p>The assignments are described in sd_notify(3). "Since" names the first version of systemd that supports an assignment;
 * older versions ignore it.
 */
public final class SystemdMessage {

    /** The maximum size of a datagram that systemd accepts. */
    static final int MAX_BYTES = 4096;

    private static final String STATUS = "STATUS";
    private static final String STAMP = "MONOTONIC_USEC";
    private static final int STAMP_BYTES = STAMP.length() + 1 + 20;
    private static final SystemdMessage HEARTBEAT = flag("WATCHDOG");

    private record Assignment(String name, String value) {}

    /** All assignments except the status, in order. */
    private final List<Assignment> assignments;

    private final @Nullable String status;
    // Whether the sending time is added.
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

    /** The start or a reload is complete. Arms the watchdog. */
    public static SystemdMessage ready() {
        return flag("READY");
    }

    /**
     * The process is shutting down, irrevocably. {@code TimeoutStopSec=} starts, and systemd sends no SIGTERM if it has not
     * sent one yet.
     */
    public static SystemdMessage stopping() {
        return flag("STOPPING");
    }

    /**
     * A reload has begun; {@link #ready()} must follow, even if the reload fails. Contains {@code MONOTONIC_USEC}, the sending
     * time, without which the reload of a unit of {@code Type=notify-reload} never ends.
     */
    public static SystemdMessage reloading() {
        return new SystemdMessage(List.of(new Assignment("RELOADING", "1")), null, true);
    }

    /** A line of text that {@code systemctl status} shows, also after the exit of the process; empty clears it. */
    public static SystemdMessage status(String text) {
        Checks.notNull("text", text);
        return new SystemdMessage(List.of(), StatusLine.printable(text), false);
    }

    /** The process is healthy; must be sent at least once in each {@code WatchdogSec=}. */
    public static SystemdMessage heartbeat() {
        return HEARTBEAT;
    }

    /** The process cannot recover: systemd acts as if a heartbeat were missing. Since 243. */
    public static SystemdMessage watchdogTrigger() {
        return single("WATCHDOG", "trigger");
    }

    /** Changes {@code WatchdogSec=} until the next start, also for a unit without it. */
    public static SystemdMessage watchdogTimeout(Duration timeout) {
        return single("WATCHDOG_USEC", MessageValues.micros("timeout", timeout));
    }

    /** Disables the watchdog until the next start. Later heartbeats do not enable it. */
    public static SystemdMessage watchdogOff() {
        return single("WATCHDOG_USEC", "0");
    }

    /**
     * Extends the current start, reload or stop timeout to at least this time from now; never shortens it. Do not send it
     * while the service is running, because it would suspend the watchdog. Since 236.
     */
    public static SystemdMessage extendTimeout(Duration time) {
        return single("EXTEND_TIMEOUT_USEC", MessageValues.micros("time", time));
    }

    /** Declares the process with this id as the main process of the service. */
    public static SystemdMessage mainPid(long pid) {
        return single("MAINPID", MessageValues.positive("pid", pid));
    }

    /** Like {@link #mainPid(long)}, with the inode of its pidfd, which detects a reused process id. Since 257. */
    public static SystemdMessage mainPid(long pid, long pidfdId) {
        return mainPid(pid).and(single("MAINPIDFDID", MessageValues.positive("pidfdId", pidfdId)));
    }

    /** The cause of a failure as an errno, not negative, which systemd shows as {@code StatusErrno}. */
    public static SystemdMessage errno(int errno) {
        return single("ERRNO", Integer.toString(Checks.atLeast("errno", errno, 0)));
    }

    /** The cause of a failure as a D-Bus error name. Since 233. */
    public static SystemdMessage busError(String name) {
        return single("BUSERROR", MessageValues.ascii("name", name));
    }

    /** The cause of a failure as a Varlink error name. Since 257. */
    public static SystemdMessage varlinkError(String name) {
        return single("VARLINKERROR", MessageValues.ascii("name", name));
    }

    /** The future exit status, 0 to 255. For container and virtual machine managers; ignored for services. Since 254. */
    public static SystemdMessage exitStatus(int status) {
        if (status < 0 || status > 255) {
            throw new IllegalArgumentException("status must be from 0 to 255, was " + status);
        }
        return single("EXIT_STATUS", Integer.toString(status));
    }

    /** Changes the processes that may send notifications, until the next start. Since 254. */
    public static SystemdMessage notifyAccess(NotifyAccess access) {
        Checks.notNull("access", access);
        return single("NOTIFYACCESS", access.text());
    }

    /** Resets the counter of {@code RestartSteps=}. Since 258. */
    public static SystemdMessage restartReset() {
        return flag("RESTART_RESET");
    }

    /** Removes the descriptors that are stored under this name. Since 236. */
    public static SystemdMessage removeDescriptors(String name) {
        return flag("FDSTOREREMOVE").and(single("FDNAME", MessageValues.descriptorName(name)));
    }

    /**
     * Any assignment, for future versions of systemd; private names should begin with {@code X_}. The name must match
     * {@code [A-Z][A-Z0-9_]{0,63}}. The meaning is not checked.
     */
    public static SystemdMessage raw(String name, String value) {
        Checks.notNull("name", name);
        Checks.notNull("value", value);
        if (!MessageValues.isName(name)) {
            throw new IllegalArgumentException(
                    "name must match [A-Z][A-Z0-9_]{0,63}, was \"" + MessageValues.oneLine(name) + "\"");
        }
        return name.equals(STATUS) ? status(value) : single(name, MessageValues.oneLine(value));
    }

    static SystemdMessage fdStore(String name) {
        return flag("FDSTORE").and(single("FDNAME", MessageValues.descriptorName(name)));
    }

    /** systemd keeps the descriptor even if it hangs up. */
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
     * Returns both messages in one datagram.
     *
     * @throws IllegalArgumentException if a name would be assigned twice, or if the assignments without the status exceed
     *     {@value #MAX_BYTES} bytes
     */
    public SystemdMessage and(SystemdMessage other) {
        List<Assignment> all = new ArrayList<>(assignments);
        for (Assignment added : Checks.notNull("other", other).assignments) {
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

    /** Whether the message must not be lost, because no similar one follows. */
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

    /** The datagram, with the current time if it contains one. Callers must not modify it. */
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
