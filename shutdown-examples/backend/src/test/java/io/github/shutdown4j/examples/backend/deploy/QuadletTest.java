package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.systemd.real.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The container as a unit of systemd: the contents of the file, and the unit that podman's generator creates from it.
 */
class QuadletTest {

    private static final Path DIRECTORY = Path.of("deploy/quadlet");
    private static final String GENERATOR = System.getProperty(
            "quadlet",
            Stream.of("/usr/libexec/podman/quadlet", "/usr/lib/podman/quadlet")
                    .filter(file -> Files.isExecutable(Path.of(file)))
                    .findFirst()
                    .orElse(""));

    @Test
    void podmanWaitsForTheHaltAndSystemdForPodman() throws Exception {
        UnitFile unit = UnitFile.read(DIRECTORY.resolve("shutdown-backend-container.container"));
        ShutdownConfig config = ShutdownConfig.load(Path.of("deploy/container.toml"));
        assertThat(unit.seconds("StopTimeout"))
                .isEqualTo(config.gracePeriod().orElseThrow())
                .isGreaterThanOrEqualTo(config.timeout().plus(config.forceDelay()));
        assertThat(unit.seconds("TimeoutStopSec"))
                .isGreaterThanOrEqualTo(unit.seconds("StopTimeout").plus(Duration.ofSeconds(5)));
        assertThat(unit.seconds("TimeoutStartSec")).isGreaterThan(config.startTimeout());
        assertThat(unit.one("Notify")).isEqualTo("yes");
        // An anonymous volume would be removed with the container, at each stop.
        assertThat(unit.one("Volume")).isEqualTo("shutdown-backend:/data");
        assertThat(Files.readString(Path.of("deploy/Dockerfile"))).contains("\nVOLUME /data\n");
    }

    @Test
    void theGeneratorMakesAUnitThatIsNotifiedByTheProgram() throws Exception {
        assumeTrue(!GENERATOR.isEmpty(), "needs podman 5.0 or newer, for its quadlet");
        ProcessBuilder builder = new ProcessBuilder(GENERATOR, "-dryrun");
        builder.environment()
                .put("QUADLET_UNIT_DIRS", DIRECTORY.toAbsolutePath().toString());
        Answer units = Answer.of(builder, Duration.ofSeconds(20));
        assertThat(units.exitCode()).as(units::output).isZero(); // not zero for an unknown key
        UnitFile unit = new UnitFile(units.output().lines().toList());
        assertThat(unit.one("Type")).isEqualTo("notify");
        assertThat(unit.one("NotifyAccess")).isEqualTo("all"); // the program is a child of podman's
        assertThat(List.of(unit.one("ExecStart").split(" ")))
                .contains("--sdnotify=container", "--read-only", "--tmpfs", "--env-file")
                .containsSequence("--stop-timeout", "50")
                .containsSequence("--cap-drop", "all")
                .endsWith("localhost/shutdown-backend:latest");
        assertThat(unit.one("RestartPreventExitStatus")).isEqualTo("78");
    }
}
