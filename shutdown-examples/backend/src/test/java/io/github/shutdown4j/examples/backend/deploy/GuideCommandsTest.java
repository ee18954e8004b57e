package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every command of the deployment guide is run by a test, or is in the guide's list of those that the build does not run. */
class GuideCommandsTest {

    private static final String NOT_RUN = "";

    /** By command: the file of the test, and the text in it that runs the command. */
    private static Map<String, String> runBy() {
        Map<String, String> by = new TreeMap<>();
        by.put("mvn -q -pl shutdown-examples/backend -am -DskipTests package", NOT_RUN);
        by.put("sudo shutdown-examples/backend/deploy/install-systemd-service.sh --dry-run", "KitTest \"--dry-run\"");
        by.put(
                "sudo shutdown-examples/backend/deploy/install-systemd-service.sh",
                "Kit \"/install-systemd-service.sh\"");
        by.put("sudo install-systemd-service.sh --instances 3", "InstancesTest \"--instances\", \"3\"");
        by.put("sudo shutdown-backendctl rolling-restart", "InstancesTest \"rolling-restart\"");
        for (String verb : new String[] {"start", "status", "health", "reload", "logs", "stop"}) {
            by.put("shutdown-backendctl --home DIR " + verb, "ScriptForOneDirectoryTest controlWell(\"" + verb + "\")");
        }
        by.put("shutdown-backendctl --home DIR help", "ScriptForOneDirectoryTest controlWell(\"help\")");
        by.put("docker build -f shutdown-examples/backend/deploy/Dockerfile -t shutdown-backend .", NOT_RUN);
        by.put(
                "docker run --rm -p 8080:8080 --stop-timeout 50"
                        + " -e DATABASE_URL=postgresql://user:password@host/backend -e REDIS_URL=redis://host:6379"
                        + " shutdown-backend",
                NOT_RUN);
        by.put("docker stop", NOT_RUN);
        by.put("buildah build --format docker", "container.sh build --quiet --format docker");
        by.put("podman healthcheck run", NOT_RUN);
        by.put("podman kube play", "ContainerTest \"kube\", \"play\"");
        by.put(
                "kubectl create secret generic shutdown-backend"
                        + " --from-literal=DATABASE_URL=postgresql://user:password@database:5432/backend"
                        + " --from-literal=REDIS_URL=redis://redis:6379",
                NOT_RUN);
        by.put("kubectl apply -f shutdown-examples/backend/deploy/kubernetes", NOT_RUN);
        by.put("kubectl get pod NAME -o jsonpath='{..lastState.terminated.message}'", NOT_RUN);
        by.put("kubectl describe pod", NOT_RUN);
        String letters = "DeadLettersGuideTest redis-cli -u";
        by.put("redis-cli -u \"$REDIS_URL\" XLEN jobs:dead", letters);
        by.put("redis-cli -u \"$REDIS_URL\" XRANGE jobs:dead - + COUNT 10", letters);
        by.put("redis-cli -u \"$REDIS_URL\" XADD jobs:a '*' id ID payload PAYLOAD", letters);
        by.put("redis-cli -u \"$REDIS_URL\" XDEL jobs:dead ENTRY", letters);
        by.put("java -jar backend.jar --config FILE --check", "StartTest \"--check\"");
        by.put("systemctl edit shutdown-backend", "Kit \".d/port.conf\"");
        by.put("systemctl edit shutdown-backend.socket", "Kit \".d/port.conf\"");
        by.put("systemctl edit", "Kit \".d/port.conf\"");
        by.put("systemctl start", "HardenedMachineTest systemctl(\"start\"");
        by.put("systemctl stop", "HardenedMachineTest systemctl(\"stop\"");
        by.put("systemctl reload", "KitReloadTest systemctl(\"reload\"");
        by.put("systemctl status", "HardenedMachineTest \"systemctl status");
        by.put("systemctl stop shutdown-backend@2", NOT_RUN);
        by.put("systemctl mask --now shutdown-backend@2", "InstancesTest systemctl(\"mask\", \"--now\"");
        by.put("shutdown-backendctl reload", "KitTest controlWell(\"reload\")");
        by.put("shutdown-backendctl start", "KitTest controlWell(\"start\")");
        by.put("shutdown-backendctl stop", "KitTest \"stop\"");
        String asWritten = "HardenedMachineTest GuideCommands.inText()";
        by.put("systemd-analyze security shutdown-backend", asWritten);
        by.put("systemctl show -p WatchdogUSec shutdown-backend", asWritten);
        by.put("journalctl -u shutdown-backend | grep -E 'Shutdown|watchdog|status='", asWritten);
        by.put("grep Sig /proc/PID/status", asWritten);
        by.put("kill -QUIT", asWritten);
        by.put("systemctl kill --signal=STOP shutdown-backend", "KitTest \"--signal=STOP\"");
        by.put("sudo jcmd PID JFR.start", "HardenedMachineTest \"JFR.start\"");
        by.put("jcmd PID Thread.dump_to_file -format=json FILE", "HardenedMachineTest Thread.dump_to_file");
        by.put("kill -9", "SignalTest signal(\"KILL\")");
        by.put("ps 1", NOT_RUN);
        by.put("ss -ltnp", NOT_RUN);
        return by;
    }

    @Test
    void everyCommandIsRunByATestOrListedAsNotRun() throws IOException {
        Set<String> commands = new LinkedHashSet<>(GuideCommands.inBlocks());
        commands.addAll(GuideCommands.inText());
        assertThat(runBy().keySet()).containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void theTestsDoRunThem() throws IOException {
        String notRun = GuideCommands.notRun();
        for (Map.Entry<String, String> entry : runBy().entrySet()) {
            if (entry.getValue().equals(NOT_RUN)) {
                assertThat(notRun).contains("`" + shortened(entry.getKey()) + "`");
            } else {
                String[] fileAndPart = entry.getValue().split(" ", 2);
                assertThat(source(fileAndPart[0])).as(entry.getKey()).contains(fileAndPart[1]);
            }
        }
    }

    /** The program and its subcommand. */
    private static String shortened(String command) {
        String[] words = command.split(" ");
        return words[0].equals("docker") || words[0].equals("kubectl") || words[0].equals("mvn") ? words[0] : command;
    }

    private static String source(String name) throws IOException {
        String file = name.contains(".") ? name : name + ".java";
        try (Stream<Path> files = Files.walk(Path.of("src/test"))) {
            Path found = files.filter(path -> path.getFileName().toString().equals(file))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + file));
            return Files.readString(found);
        }
    }
}
