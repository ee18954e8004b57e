package io.github.shutdown4j.systemd;

import java.util.Locale;

/**
 * The processes whose notifications systemd accepts, as {@code NotifyAccess=} of a unit.
 *
 * <pre>{@code
 * systemd.send(SystemdMessage.notifyAccess(NotifyAccess.ALL)); // until a child process has taken over
 * }</pre>
 */
public enum NotifyAccess {
    /** No process. */
    NONE,
    /** The main process; the default of {@code Type=notify}. */
    MAIN,
    /** The main process and those of the unit's other {@code Exec…=} commands. */
    EXEC,
    /** All processes of the unit. */
    ALL;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
