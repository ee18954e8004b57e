package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fabric8.kubernetes.api.model.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** The timeouts in units, manifests, image, scripts, settings and guide are consistent. */
class NumbersTest {

    private static final Path DEPLOY = Path.of("deploy");
    private static final Path SYSTEMD = DEPLOY.resolve("systemd");

    /** For the exit of the JVM, with a reserve for a slow machine. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    /** Until the library halts the process. */
    private static Duration longest(ShutdownConfig config) {
        assertThat(config.forceQuit()).isTrue();
        return config.timeout().plus(config.forceDelay()); // the announcement is a part of the timeout
    }

    private static void assertFits(ShutdownConfig config, Duration allowed) {
        assertThat(config.gracePeriod()).hasValue(allowed);
        assertThat(longest(config).plus(MARGIN)).isLessThanOrEqualTo(allowed);
        // The library agrees.
        assertThat(ShutdownCoordinator.builder().config(config).build().plan().warnings())
                .isEmpty();
    }

    @Test
    void systemdWaitsForTheHaltAsInTheSettings() throws IOException {
        ShutdownConfig config = ShutdownConfig.load(SYSTEMD.resolve("config.toml"));
        UnitFile unit = UnitFile.read(SYSTEMD.resolve("shutdown-backend.service"));
        assertFits(config, unit.seconds("TimeoutStopSec"));
        assertThat(unit.seconds("TimeoutStartSec")).isGreaterThan(config.startTimeout());
        // A phase may be longer than the watchdog's timeout, because heartbeats continue.
        assertThat(unit.seconds("WatchdogSec")).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        assertThat(unit.seconds("TimeoutAbortSec")).isLessThan(unit.seconds("TimeoutStopSec"));
    }

    @Test // scenario 71
    void kubernetesWaitsForPreStopAndTheHaltAsInTheSettings() throws IOException {
        Path file = directory.resolve("config.toml");
        Files.writeString(file, Manifests.settings().getData().get("config.toml"));
        ShutdownConfig config = ShutdownConfig.load(file);
        Duration grace = Duration.ofSeconds(
                Manifests.deployment().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds());
        Duration preStop = Duration.ofSeconds(
                Manifests.container().getLifecycle().getPreStop().getSleep().getSeconds());
        assertThat(preStop.plus(config.announceDelay())).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertFits(config, grace.minus(preStop));
        Probe startup = Manifests.container().getStartupProbe();
        assertThat(config.startTimeout())
                .isLessThan(Duration.ofSeconds((long) startup.getPeriodSeconds() * startup.getFailureThreshold()));
        // Load balancers send it no more requests before preStop ends.
        Probe ready = Manifests.container().getReadinessProbe();
        assertThat(Duration.ofSeconds((long) ready.getPeriodSeconds() * ready.getFailureThreshold()))
                .isLessThan(preStop.plus(config.announceDelay()));
    }

    @Test
    void dockerWaitsForTheHaltWithTheTimeoutOfTheDockerfile() throws IOException {
        ShutdownConfig config = ShutdownConfig.load(DEPLOY.resolve("container.toml"));
        for (Path text : new Path[] {DEPLOY.resolve("Dockerfile"), Path.of("../../docs/DEPLOYMENT.md")}) {
            assertFits(config, number(Files.readString(text), "--stop-timeout (\\d+)"));
        }
        assertFits(config, number(Files.readString(DEPLOY.resolve("container.toml")), "--stop-timeout (\\d+)"));
    }

    @Test
    void instancesWaitAsTheSingleServiceDoesAndMayDoAsLittle() throws IOException {
        List<String> single = afterTheNames("shutdown-backend.service");
        List<String> instance = afterTheNames("shutdown-backend@.service");
        // The reaction to an exit with 78 differs, and so do the files installed with it.
        single.removeIf(line -> line.startsWith("ExecStopPost=") || line.startsWith("Also="));
        instance.removeIf(line -> line.startsWith("ExecStopPost=") || line.startsWith("Also="));
        assertThat(instance).isEqualTo(single).hasSizeGreaterThan(40);
    }

    private static List<String> afterTheNames(String unit) throws IOException {
        List<String> lines = UnitFile.read(SYSTEMD.resolve(unit)).lines();
        return new ArrayList<>(lines.subList(lines.indexOf("TimeoutStartSec=90"), lines.size()));
    }

    @Test
    void launchdAndComposeWaitForTheHalt() throws IOException {
        assertThat(longest(ShutdownConfig.defaults()).plus(MARGIN))
                .isLessThanOrEqualTo(number(
                        Files.readString(DEPLOY.resolve("macos/io.github.shutdown4j.backend.plist")),
                        "<key>ExitTimeOut</key>\\s+<integer>(\\d+)<"));
        assertFits(
                ShutdownConfig.load(DEPLOY.resolve("container.toml")),
                number(Files.readString(DEPLOY.resolve("compose.yaml")), "stop_grace_period: (\\d+)s"));
        String home = Files.readString(DEPLOY.resolve("shutdown-backend-home.sh"));
        assertThat(longest(ShutdownConfig.defaults()).plus(MARGIN))
                .isLessThanOrEqualTo(number(home, "STOP_SECONDS:-(\\d+)"));
        assertThat(ShutdownConfig.defaults().startTimeout()).isLessThan(number(home, "START_SECONDS:-(\\d+)"));
    }

    @Test
    void theScriptForWindowsWaitsForTheHaltOfTheDefaults() throws IOException {
        String script = Files.readString(DEPLOY.resolve("shutdown-backend.bat"));
        assertThat(longest(ShutdownConfig.defaults()).plus(MARGIN))
                .isLessThanOrEqualTo(number(script, "set \"STOP_SECONDS=(\\d+)\""));
        assertThat(ShutdownConfig.defaults().startTimeout()).isLessThan(number(script, "set \"START_SECONDS=(\\d+)\""));
    }

    @Test
    void theGuideAndItsPictureAgree() throws IOException {
        ShutdownConfig systemd = ShutdownConfig.load(SYSTEMD.resolve("config.toml"));
        UnitFile unit = UnitFile.read(SYSTEMD.resolve("shutdown-backend.service"));
        long grace = Manifests.deployment().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
        long preStop =
                Manifests.container().getLifecycle().getPreStop().getSleep().getSeconds();
        assertThat(Files.readString(Path.of("../../docs/timeouts.svg")))
                .contains(
                        "shutdown.timeout_secs = " + systemd.timeout().toSeconds() + "<",
                        "force_delay_secs = " + systemd.forceDelay().toSeconds() + "<",
                        "TimeoutStopSec=" + unit.one("TimeoutStopSec") + ", and grace_period_secs = "
                                + systemd.gracePeriod().orElseThrow().toSeconds() + "<",
                        "terminationGracePeriodSeconds: " + grace + ", of which preStop takes " + preStop + "<",
                        "the rest of " + grace + ", and grace_period_secs = " + (grace - preStop) + "<");
        assertThat(Files.readString(Path.of("../../docs/DEPLOYMENT.md")))
                .contains(
                        "| `shutdown.timeout_secs` | " + systemd.timeout().toSeconds() + " |",
                        "| `shutdown.force_delay_secs` | "
                                + systemd.forceDelay().toSeconds() + " |",
                        "| `TimeoutStopSec=` | " + unit.one("TimeoutStopSec") + " |",
                        "| `TimeoutStartSec=` | " + unit.one("TimeoutStartSec") + " |",
                        "| `terminationGracePeriodSeconds` | " + grace + " |",
                        "`WatchdogSec=" + unit.one("WatchdogSec") + "`");
    }

    private static Duration number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return Duration.ofSeconds(Long.parseLong(matcher.group(1)));
    }
}
