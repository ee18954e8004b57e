/**
 * Integration with systemd: notifications, the watchdog, and socket activation.
 *
 * <p>{@link io.github.shutdown4j.systemd.SystemdListener} connects a coordinator with systemd; the other types can be used
 * without a coordinator. Without systemd, all of them do nothing and load no native code. Types in this package are
 * thread-safe unless documented otherwise.
 */
@NullMarked
package io.github.shutdown4j.systemd;

import org.jspecify.annotations.NullMarked;
