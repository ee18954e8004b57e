package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.config.ShutdownConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** The unit in docs/systemd.md fits the defaults of the library, and uses only settings of the tested example unit. */
class UnitPageTest {

    private static final Path PAGE = Path.of("../docs/systemd.md");
    private static final Path EXAMPLES = Path.of("../shutdown-examples");
    private static final Pattern BLOCK = Pattern.compile("```ini\n(.*?)```", Pattern.DOTALL);

    private static List<Map<String, String>> units() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult block) -> settings(block.group(1)))
                .toList();
    }

    /** By name; the page uses no setting twice. */
    private static Map<String, String> settings(String unit) {
        Map<String, String> settings = new LinkedHashMap<>();
        unit.lines().filter(line -> line.matches("[A-Za-z]+=.*")).forEach(line -> {
            String[] parts = line.split("=", 2);
            assertThat(settings.put(parts[0], parts[1]))
                    .as("an earlier " + parts[0])
                    .isNull();
        });
        return settings;
    }

    @Test
    void theTimeoutsAreLongerThanThoseOfTheLibrary() throws IOException {
        Map<String, String> service = units().get(0);
        ShutdownConfig config = ShutdownConfig.defaults();

        assertThat(service).containsEntry("Type", "notify").containsEntry("KillMode", "mixed");
        assertThat(seconds(service.get("TimeoutStopSec")))
                .isGreaterThan(config.timeout().plus(config.forceDelay()))
                .isLessThan(Duration.ofMinutes(2));
        assertThat(seconds(service.get("TimeoutStartSec")))
                .isGreaterThan(config.startTimeout())
                .isLessThan(Duration.ofMinutes(3));
        assertThat(service.get("RestrictAddressFamilies")).contains("AF_UNIX");
    }

    private static Duration seconds(String value) {
        return Duration.ofSeconds(Long.parseLong(value));
    }

    @Test
    void everySettingIsInAUnitThatARealSystemdReads() throws IOException {
        String tested = Files.readString(EXAMPLES.resolve("backend/deploy/systemd/shutdown-backend.service"))
                + Files.readString(EXAMPLES.resolve("backend/deploy/systemd/shutdown-backend.socket"));
        for (Path unit : List.of(
                EXAMPLES.resolve("systemd-service/src/main/systemd/systemd-service.service"),
                EXAMPLES.resolve("systemd-service/src/main/systemd/systemd-service.socket"))) {
            tested += Files.readString(unit);
        }
        String all = tested;
        List<Map<String, String>> units = units();
        assertThat(units).hasSize(2);
        units.forEach(unit -> assertThat(unit.keySet()).hasSizeGreaterThan(2).allSatisfy(name -> assertThat(all)
                .containsPattern("(?m)^" + name + "=")));
    }
}
