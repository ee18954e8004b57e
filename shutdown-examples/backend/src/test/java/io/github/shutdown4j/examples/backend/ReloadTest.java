package io.github.shutdown4j.examples.backend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.settings.Settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReloadTest {

    @TempDir
    private Path directory;

    @Test
    void moreConcurrentJobsThanTheProcessHasConnectionsForNeedARestart() throws Exception {
        Path file = Files.writeString(directory.resolve("config.toml"), "[log]\nlevel = \"info\"\n");
        Settings started = Settings.read(Optional.of(file), Map.of());
        List<Settings> applied = new ArrayList<>();
        Reload reload = new Reload(Optional.of(file), Map.of(), started, applied::add);

        Files.writeString(file, "[jobs]\nin_flight = 50\n[database]\npool_size = 104\n"); // right for the next start
        assertThatThrownBy(reload::run)
                .hasMessage("jobs.in_flight = 50: at most 8 until the next start, because this process has 20"
                        + " connections to the database (database.pool_size)");
        assertThat(applied).isEmpty();

        Files.writeString(file, "[jobs]\nin_flight = 8\n");
        reload.run();
        assertThat(applied).extracting(Settings::jobsInFlight).containsExactly(8);
    }
}
