package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The systemd of a user, as after a login, without PAM and logind. */
final class UserManager {

    /** nobody, whom every Debian has. */
    private static final String ID = "65534";

    private static final String NAME = "user@" + ID + ".service";

    private final SystemdBox box;

    private UserManager(SystemdBox box) {
        this.box = box;
    }

    /** @param stopLimit the time that all units of the user have at the logout */
    static UserManager start(SystemdBox box, Duration stopLimit) throws IOException {
        Files.writeString(
                box.path("/run/systemd/system/user-runtime-dir@.service"),
                "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/install -d -m 700 -o %i -g %i /run/user/%i\n");
        Files.writeString(
                box.path("/run/systemd/system/user@.service.d/box.conf"),
                "[Service]\nPAMName=\nEnvironment=XDG_RUNTIME_DIR=/run/user/%i\nTimeoutStopSec=" + stopLimit.toSeconds()
                        + "\n");
        box.systemctl("daemon-reload");
        UserManager user = new UserManager(box);
        Answer started = box.systemctl("start", NAME);
        assertThat(started.exitCode())
                .as(() -> started + box.named(NAME).story())
                .isZero();
        return user;
    }

    /** Writes a unit of the user that runs {@link UnitService}. */
    void unit(String name, String settings, String... options) throws IOException {
        Files.writeString(
                box.path("/run/systemd/user/" + name),
                "[Service]\nType=notify\nLimitCORE=0\n" + settings + "\nExecStart="
                        + box.java(UnitService.class, options) + "\n");
        succeeds("daemon-reload");
    }

    Answer succeeds(String... arguments) {
        Answer answer = systemctl(arguments);
        assertThat(answer.exitCode())
                .as(() -> String.join(" ", arguments) + ": " + answer + journal(arguments[arguments.length - 1]))
                .isZero();
        return answer;
    }

    String show(String unit, String property) {
        return systemctl("show", "-P", property, unit).output().strip();
    }

    String journal(String unit) {
        box.enter("journalctl", "--sync");
        return box.enter("journalctl", "--no-pager", "-o", "cat", "_SYSTEMD_USER_UNIT=" + unit)
                .output();
    }

    /** Ends the manager with all units. */
    Answer logOut() {
        return box.systemctl("stop", NAME);
    }

    private Answer systemctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + ID,
                "--regid=" + ID,
                "--clear-groups",
                "env",
                "XDG_RUNTIME_DIR=/run/user/" + ID,
                "systemctl",
                "--user"));
        command.addAll(List.of(arguments));
        return box.enter(command.toArray(String[]::new));
    }
}
