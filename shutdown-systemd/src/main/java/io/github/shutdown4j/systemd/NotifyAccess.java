package io.github.shutdown4j.systemd;

import java.util.Locale;

/** Whose notifications systemd takes, as in {@code NotifyAccess=} of a unit. */
public enum NotifyAccess {
    /** Nobody's. */
    NONE,
    /** The main process's; what {@code Type=notify} implies. */
    MAIN,
    /** The main process's and those of the unit's other {@code Exec…=} commands. */
    EXEC,
    /** Those of any process of the unit. */
    ALL;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
