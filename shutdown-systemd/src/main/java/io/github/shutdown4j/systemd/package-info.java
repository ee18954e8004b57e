/**
 * The systemd side of a process: notifications, the watchdog, and sockets that systemd holds.
 *
 * <p>{@link io.github.shutdown4j.systemd.SystemdListener} attaches all of it to a coordinator; the other types can be
 * used alone. Where there is no systemd, each of them does nothing and loads no native code.
 */
@NullMarked
package io.github.shutdown4j.systemd;

import org.jspecify.annotations.NullMarked;
