package io.github.shutdown4j.examples.backend;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.settings.Settings;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DatabaseCheckTest {

    @Test
    void aDatabaseThatTakesNoWritesIsNotReady() throws Exception {
        Settings settings = Settings.read(Optional.empty(), Map.of());
        String name = "readonly_" + UUID.randomUUID().toString().replace("-", "");
        String url = TestServers.databaseUrl().replace("/postgres?", "/" + name + "?");
        try (Connection admin = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = admin.createStatement()) {
            statement.execute("create database " + name);
            try (DatabaseCheck check = new DatabaseCheck(url, settings, Duration.ofSeconds(5))) {
                check.run();
            }
            statement.execute("alter database " + name + " set default_transaction_read_only = on");
            try (DatabaseCheck check = new DatabaseCheck(url, settings, Duration.ofSeconds(5))) {
                assertThatThrownBy(check::run).hasMessageContaining("accepts no writes");
            } finally {
                statement.execute("drop database " + name + " with (force)");
            }
        }
    }
}
