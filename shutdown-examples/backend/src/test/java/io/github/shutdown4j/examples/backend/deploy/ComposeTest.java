package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.systemd.real.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The compose file: its parts match each other and the backend, and Docker, if installed, accepts it. */
class ComposeTest {

    private static final Path FILE = Path.of("deploy/compose.yaml");

    private static JsonNode services;
    private static JsonNode backend;

    @BeforeAll
    static void read() throws Exception {
        JsonNode file = new YAMLMapper().readTree(FILE.toFile());
        services = file.get("services");
        backend = file.get("x-backend");
    }

    private static Map<String, String> variables() {
        return Map.of(
                "DATABASE_URL", backend.at("/environment/DATABASE_URL").asText(),
                "REDIS_URL", backend.at("/environment/REDIS_URL").asText());
    }

    @Test
    void theBackendGetsItsServersByTheirNamesInTheFile() throws Exception {
        assertThat(backend.get("environment")).hasSize(2);
        // With the settings of the image, which allow no embedded servers.
        Settings settings = Settings.read(Optional.of(Path.of("deploy/container.toml")), variables());
        JsonNode postgres = services.at("/postgres/environment");
        String user = postgres.get("POSTGRES_USER").asText();
        assertThat(settings.databaseUrl())
                .hasValue("jdbc:postgresql://postgres:5432/" + user + "?user=" + user + "&password="
                        + postgres.get("POSTGRES_PASSWORD").asText());
        assertThat(settings.redisUrl()).hasValue("redis://redis:6379");
        for (String server : List.of("postgres", "redis")) {
            assertThat(backend.at("/depends_on/" + server + "/condition").asText())
                    .isEqualTo("service_healthy");
            assertThat(services.get(server).has("healthcheck")).as(server).isTrue();
        }
    }

    @Test
    void theImageIsBuiltFromWhatIsThereAndEachInstanceHasAPort() throws Exception {
        Path context = FILE.getParent().resolve(backend.at("/build/context").asText());
        assertThat(context.resolve(backend.at("/build/dockerfile").asText())).exists();
        String exposed = Dockerfile.read(Path.of("deploy/Dockerfile")).last("EXPOSE");
        Set<String> published = new HashSet<>();
        for (String instance : List.of("backend-1", "backend-2")) {
            JsonNode service = services.get(instance);
            assertThat(service.get("<<").asText()).isEqualTo("backend"); // the anchor of x-backend
            String[] ports = service.at("/ports/0").asText().split(":");
            assertThat(ports[1]).isEqualTo(exposed);
            assertThat(published.add(ports[0])).as(ports[0]).isTrue();
        }
    }

    @Test
    void dockerReadsTheFile() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/docker"))
                        && run("docker", "compose", "version").exitCode() == 0,
                "needs docker compose");
        Answer config = run("docker", "compose", "-f", FILE.toString(), "config", "--quiet");
        assertThat(config.exitCode()).as(config::output).isZero();
    }

    private static Answer run(String... command) {
        return Answer.of(new ProcessBuilder(command), Duration.ofSeconds(20));
    }
}
