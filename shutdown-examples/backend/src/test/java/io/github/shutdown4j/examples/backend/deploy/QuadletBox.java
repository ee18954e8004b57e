package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.shutdown4j.systemd.real.BoxUnit;
import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.junit.jupiter.api.Assumptions.abort;

/**
 * A real systemd with the podman of Debian 13, which generates the unit from the quadlet. Only the image and settings
 * that this machine does not allow are different. The network is the box's own, with the bridge that podman creates in it.
 */
final class QuadletBox implements AutoCloseable {

    private static final String NAME = "shutdown-backend-container";
    private static final String UNITS = "/etc/containers/systemd/" + NAME + ".container";

    private final SystemdBox box;

    QuadletBox(String image) throws Exception {
        box = SystemdBox.bootSuiteWithOwnNetwork("trixie+podman+runc+nftables", Podman.images());
        try {
            prepare(image);
        } catch (Throwable e) {
            box.close();
            throw e;
        }
    }

    private void prepare(String image) throws IOException {
        if (box.enter("nft", "list", "tables").exitCode() != 0) {
            abort("needs a kernel with nf_tables, for the published port");
        }
        write(
                "/etc/containers/containers.conf",
                "[containers]\npids_limit = 0\ndefault_ulimits = [\"nofile=4096:4096\", \"nproc=4096:4096\"]\n"
                        + "[engine]\nruntime = \"runc\"\n");
        write(
                "/etc/containers/storage.conf",
                "[storage]\ndriver = \"overlay\"\ngraphroot = \"/var/lib/quadlet\"\nrunroot = \"/run/containers/storage\"\n"
                        + "[storage.options]\nadditionalimagestores = [\"" + Podman.images() + "\"]\n");
        write("/etc/hosts", "127.0.0.1 localhost\n");
        Files.copy(Path.of("deploy/quadlet/" + NAME + ".container"), box.path(UNITS));
        write(UNITS + ".d/box.conf", "[Container]\nImage=localhost/" + image + "\n");
        // The root of the box is an overlay, which cannot contain another one.
        box.enter("mkdir", "-p", "/var/lib/quadlet");
        box.enter("mount", "-t", "tmpfs", "tmpfs", "/var/lib/quadlet");
        // The box runs no generators; this command generates the unit.
        box.enter("rm", "/etc/systemd/system-generators/podman-system-generator");
        box.systemctl("daemon-reload");
    }

    private void write(String path, String text) throws IOException {
        Files.writeString(box.path(path), text);
    }

    /** The file that the quadlet names. */
    void environment(String text) throws IOException {
        write("/etc/shutdown-backend/environment", text);
    }

    /** A request to the published port: the whole answer, empty if there is none. */
    String exchange(String method, String path, String body) {
        String command = "exec 3<>/dev/tcp/localhost/8080 && printf %s \"$1\" >&3 && cat <&3";
        return box.enter("timeout", "60", "bash", "-c", command, "bash", Load.request(method, path, body))
                .output();
    }

    BoxUnit unit() {
        return box.named(NAME + ".service");
    }

    @Override
    public void close() throws Exception {
        box.close();
    }
}
