package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The environment variables of systemd, unparsed.
 *
 * @param variables the environment
 * @param pid the id of this process; {@link #CURRENT_PROCESS} to determine it on demand
 * @param linux whether this is Linux; on other systems the variables are ignored
 */
record SystemdEnvironment(Map<String, String> variables, long pid, boolean linux) {

    private static final long CURRENT_PROCESS = 0;

    static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";
    static final String WATCHDOG_USEC = "WATCHDOG_USEC";
    static final String WATCHDOG_PID = "WATCHDOG_PID";
    static final String SYSTEMD_EXEC_PID = "SYSTEMD_EXEC_PID";
    static final String LISTEN_PID = "LISTEN_PID";
    static final String LISTEN_FDS = "LISTEN_FDS";
    static final String LISTEN_FDNAMES = "LISTEN_FDNAMES";
    /** Set in each process of each unit. */
    static final String INVOCATION_ID = "INVOCATION_ID";

    /** The variables that apply to one process and must not be passed on to a child. */
    static final List<String> PRIVATE = List.of(
            NOTIFY_SOCKET,
            WATCHDOG_USEC,
            WATCHDOG_PID,
            SYSTEMD_EXEC_PID,
            LISTEN_PID,
            "LISTEN_PIDFDID",
            LISTEN_FDS,
            LISTEN_FDNAMES,
            "FDSTORE");

    static SystemdEnvironment current() {
        boolean linux = System.getProperty("os.name", "").startsWith("Linux");
        return new SystemdEnvironment(System.getenv(), CURRENT_PROCESS, linux);
    }

    @Override
    public long pid() {
        return pid == CURRENT_PROCESS ? currentPid() : pid;
    }

    /** {@link ProcessHandle} would start the JDK's threads for child processes, which costs some 10 ms. */
    private static long currentPid() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/self")).toString());
        } catch (IOException | RuntimeException notMounted) {
            return ProcessHandle.current().pid();
        }
    }

    /** Returns the value; empty if it is not set or empty, or on another system. */
    Optional<String> value(String name) {
        @Nullable String value = linux ? variables.get(name) : null;
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /**
     * Returns the process that systemd has started for this unit if it is not this process. Then there is a wrapper in
     * between, and systemd ignores notifications of this process unless {@code NotifyAccess=all}.
     */
    Optional<String> wrapperPid() {
        Optional<String> started = value(SYSTEMD_EXEC_PID);
        boolean ours = started.isEmpty() || started.get().equals(Long.toString(pid()));
        return ours ? Optional.empty() : started;
    }
}
