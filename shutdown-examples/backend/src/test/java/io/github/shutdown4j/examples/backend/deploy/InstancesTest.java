package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.embedded.Embedded;
import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Three instances on one socket under a real systemd, restarted one after another under load. */
@Tag("systemd")
@Timeout(600)
class InstancesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path data;

    private static String process(Kit kit, int instance) {
        return kit.box.show("shutdown-backend@" + instance + ".service", "MainPID");
    }

    @Test
    void noRequestFailsAndNoJobIsLostWhileThreeInstancesRestartOneAfterAnother() throws Exception {
        try (Kit kit = new Kit(SystemdBox.boot());
                Embedded external = Embedded.start(data)) {
            Answer without = kit.install("--java", Kit.java(), "--instances", "3");
            assertThat(without.exitCode()).isEqualTo(6);
            assertThat(without.output()).contains("common database", "DATABASE_URL");
            assertThat(kit.box.path("/usr/local/lib/shutdown-backend")).doesNotExist();

            Files.writeString(
                    kit.box.path("/etc/shutdown-backend/environment"),
                    "REDIS_URL=" + external.redisUrl() + "\nJDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1\n");
            Files.writeString(
                    kit.box.path("/etc/shutdown-backend/config.toml"),
                    Files.readString(Path.of("deploy/systemd/config.toml")) + "\n[database]\nurl = \""
                            + external.databaseUrl() + "\"\n");
            Answer two = kit.install("--java", Kit.java(), "--instances", "2");
            assertThat(two.exitCode())
                    .as(() -> two + kit.box.journal("shutdown-backend@*"))
                    .isZero();
            // One more, with the same jar.
            Answer install = kit.install("--java", Kit.java(), "--instances", "3");
            assertThat(install.exitCode())
                    .as(() -> install + kit.box.journal("shutdown-backend@*"))
                    .isZero();
            assertThat(kit.control("status").output().lines())
                    .hasSize(3)
                    .allMatch(line -> line.contains("active (running)"));
            assertThat(kit.control("health").output())
                    .contains("127.0.0.1:18081/health/ready", "127.0.0.1:18082", "127.0.0.1:18083");
            for (int i = 1; i <= 3; i++) {
                assertThat(Load.exchange(18080 + i, "GET", "/metrics", ""))
                        .contains("backend_instance_info{name=\"" + i + "\"}");
                assertThat(Load.exchange(18080 + i, "GET", "/openapi.json", ""))
                        .containsPattern("x-instance\"\\s*:\\s*\"" + i + "\"");
            }

            List<String> before = List.of(process(kit, 1), process(kit, 2), process(kit, 3));
            List<String> jobs = new CopyOnWriteArrayList<>();
            List<String> failures = new CopyOnWriteArrayList<>();
            AtomicBoolean over = new AtomicBoolean();
            Thread orders = new Thread(() -> {
                while (!over.get()) {
                    order(kit.port, jobs, failures);
                }
            });
            orders.start();
            Load load = new Load(kit.port, "rolling", 3);
            Answer rolling;
            try (load) {
                rolling = kit.control("rolling-restart");
            } finally {
                over.set(true);
                orders.join();
            }
            assertThat(rolling.exitCode())
                    .as(() -> rolling + kit.box.journal("shutdown-backend@*"))
                    .isZero();
            assertThat(rolling.output().lines())
                    .containsExactly("instance 1 restarted", "instance 2 restarted", "instance 3 restarted");
            for (int i = 1; i <= 3; i++) {
                assertThat(process(kit, i)).isNotEqualTo(before.get(i - 1));
            }
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered()).isGreaterThan(100);
            assertThat(failures).isEmpty();
            assertThat(jobs).hasSizeGreaterThan(20);
            Api api = new Api(kit.port);
            await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(() -> {
                for (String job : List.copyOf(jobs)) {
                    if (!api.get("/jobs/" + job).contains("\"done\"")) {
                        return false;
                    }
                    jobs.remove(job);
                }
                return true;
            });
            stopsAtTheFirstThatFails(kit);
        }
    }

    private static void order(int port, List<String> jobs, List<String> failures) {
        try {
            String answer = Load.exchange(port, "POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":50}}");
            if (answer.startsWith("HTTP/1.1 202 ")) {
                jobs.add(JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                        .get("id")
                        .asText());
            } else {
                failures.add(answer);
            }
            Thread.sleep(50);
        } catch (IOException | InterruptedException e) {
            failures.add(e.toString());
        }
    }

    private static void stopsAtTheFirstThatFails(Kit kit) throws Exception {
        Path drop = kit.box.path("/run/systemd/system/shutdown-backend@2.service.d/broken.conf");
        Files.writeString(drop, "[Service]\nEnvironment=APP_SHUTDOWN_TIMEOUT_SECS=many\n");
        kit.box.systemctl("daemon-reload");
        List<String> before = new ArrayList<>(List.of(process(kit, 1), process(kit, 2), process(kit, 3)));
        Answer broken = kit.control("rolling-restart");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.output())
                .contains("instance 1 restarted", "rolling-restart --from 2", "APP_SHUTDOWN_TIMEOUT_SECS");
        assertThat(process(kit, 1)).isNotEqualTo(before.get(0));
        assertThat(process(kit, 3)).isEqualTo(before.get(2));
        // The others serve, and an exit with 78 has closed the socket of that instance only.
        assertThat(Load.exchange(kit.port, "GET", "/projects", "")).startsWith("HTTP/1.1 200 ");
        assertThat(kit.box.show(Kit.SOCKET, "ActiveState")).isEqualTo("active");
        await().until(() -> kit.box
                .show("shutdown-backend-instance@2.socket", "ActiveState")
                .equals("inactive"));
        assertThat(kit.control("status").output()).contains("The socket is inactive");
        // The other instances are queried nevertheless.
        Answer health = kit.control("health");
        assertThat(health.exitCode()).isEqualTo(7);
        assertThat(health.output())
                .contains("shutdown-backend@2.service is not running", "127.0.0.1:18083/health/ready");
        // A newer version does not get further either; it is already installed.
        Files.writeString(kit.box.path(Kit.HOME + "/shutdown-backend-home.sh"), "# newer\n", StandardOpenOption.APPEND);
        assertThat(kit.install("--java", Kit.java()).exitCode()).isEqualTo(1);
        // One that has failed outweighs one that was stopped.
        kit.box.systemctl("stop", "shutdown-backend@3.service");
        Answer status = kit.control("status");
        assertThat(status.exitCode()).as(status::output).isEqualTo(1);
        Files.delete(drop);
        kit.box.systemctl("daemon-reload");
        assertThat(kit.control("rolling-restart", "--from", "4"))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(2))
                .satisfies(answer -> assertThat(answer.output()).contains("there is no instance 4"));
        Answer goingOn = kit.control("rolling-restart", "--from", "2");
        assertThat(goingOn.exitCode()).as(goingOn::output).isZero();
        assertThat(goingOn.output().lines()).containsExactly("instance 2 restarted", "instance 3 restarted");
        // According to the installation, not every instance has been restarted since then; afterwards there is nothing
        // left to do.
        String first = process(kit, 1);
        Answer again = kit.install("--java", Kit.java());
        assertThat(again.output().lines())
                .containsExactly(
                        "instance 1 restarted",
                        "instance 2 restarted",
                        "instance 3 restarted",
                        "restarted with what has changed");
        assertThat(process(kit, 1)).isNotEqualTo(first);
        assertThat(kit.install("--java", Kit.java()).output()).isEqualTo("nothing has changed\n");
        oneThatIsMaskedOrDisabledIsLeftAlone(kit);
        aCheckOpensNoSocketOfAServiceThatIsStopped(kit);
        // A single one again, even if an instance is broken.
        Files.writeString(drop, "[Service]\nEnvironment=APP_SHUTDOWN_TIMEOUT_SECS=many\n");
        kit.box.systemctl("daemon-reload");
        assertThat(kit.box.systemctl("restart", "shutdown-backend@2.service").exitCode())
                .isNotZero();
        Answer single = kit.install("--java", Kit.java(), "--instances", "0");
        assertThat(single.exitCode()).as(() -> single + kit.journal()).isZero();
        assertThat(kit.control("status").output().lines())
                .singleElement()
                .asString()
                .startsWith("shutdown-backend: active (running)");
        Answer uninstall = kit.install("--uninstall", "--purge");
        assertThat(uninstall.exitCode()).as(uninstall::output).isZero();
        assertThat(kit.control("status").exitCode()).isNotZero();
    }

    private static void aCheckOpensNoSocketOfAServiceThatIsStopped(Kit kit) {
        kit.controlWell("stop");
        kit.controlWell("check");
        for (String socket : List.of(Kit.SOCKET, "shutdown-backend-instance@1.socket")) {
            assertThat(kit.box.show(socket, "ActiveState")).isEqualTo("inactive");
        }
        kit.controlWell("start");
    }

    private static void oneThatIsMaskedOrDisabledIsLeftAlone(Kit kit) {
        String second = "shutdown-backend@2.service";
        List<String> others = List.of(process(kit, 1), process(kit, 3));
        assertThat(kit.box.systemctl("mask", "--now", second).exitCode()).isZero();
        Answer status = kit.control("status");
        assertThat(status.exitCode()).as(status::output).isZero();
        assertThat(status.output().lines()).hasSize(3).contains("shutdown-backend@2: masked, left alone");
        assertThat(kit.control("health").output()).contains("127.0.0.1:18083").doesNotContain("127.0.0.1:18082");
        assertThat(kit.control("start").exitCode()).isZero();
        assertThat(kit.install("--java", Kit.java()).output())
                .isEqualTo(second + " is masked and left alone\nnothing has changed\n");

        kit.box.systemctl("unmask", second);
        kit.box.systemctl("disable", "--now", second);
        Answer health = kit.control("health");
        assertThat(health.output()).doesNotContain("127.0.0.1:18082/");
        // Two are enabled, but they are not the first two.
        assertThat(kit.install("--java", Kit.java()).output()).isEqualTo("nothing has changed\n");
        assertThat(kit.box.show(second, "ActiveState")).isEqualTo("inactive");
        assertThat(List.of(process(kit, 1), process(kit, 3))).isEqualTo(others);
    }
}
