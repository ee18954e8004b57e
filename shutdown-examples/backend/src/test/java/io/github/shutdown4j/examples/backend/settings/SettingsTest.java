package io.github.shutdown4j.examples.backend.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class SettingsTest {

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("config.toml"), text);
    }

    private static Settings read(Path file, Map<String, String> environment) throws SettingsException {
        return Settings.read(Optional.of(file), environment);
    }

    private String mistakes(String text, Map<String, String> environment) throws IOException {
        Path file = file(text);
        String message = catchThrowableOfType(SettingsException.class, () -> read(file, environment))
                .getMessage();
        return message.replace(file.toString(), "FILE");
    }

    @Test
    void theDefaultsAreThoseOfTheDocumentedFile() throws Exception {
        Settings documented = read(Path.of("config.toml"), Map.of());
        Settings defaults = Settings.read(Optional.empty(), Map.of());
        assertThat(defaults.needingRestart(documented)).isEmpty();
        assertThat(documented
                        .toText()
                        .replace("(config.toml)", "(default)")
                        .lines()
                        .skip(1))
                .startsWith(defaults.toText()
                        .lines()
                        .skip(1)
                        .limit(Setting.values().length)
                        .toArray(String[]::new));
        assertThat(Files.readString(Path.of("config.toml"))).contains("DATABASE_POOL_SIZE", "JOBS_IN_FLIGHT");
        for (Setting setting : Setting.values()) {
            String name = setting.key().substring(setting.key().indexOf('.') + 1);
            assertThat(Files.readString(Path.of("config.toml"))).contains("\n" + name + " = ", setting.variable());
        }
    }

    @Test
    void theEnvironmentCountsMoreThanTheFile() throws Exception {
        Path file = file("[web]\nport = 1000\n[log]\nlevel = \"warn\"\n[shutdown]\ntimeout_secs = 7\n");
        Settings settings = read(file, Map.of("PORT", " 2000 ", "APP_SHUTDOWN_TIMEOUT_SECS", "8"));
        assertThat(settings.port()).isEqualTo(2000);
        assertThat(settings.logLevel()).isEqualTo("warn");
        assertThat(settings.shutdown().timeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(settings.toText()).contains("(PORT)", "(" + file + ")", "(default)");
    }

    @Test
    void allMistakesAreReportedAtOnceOursAndThoseOfTheShutdown() throws Exception {
        String text = """
                data_dirr = "x"
                [web]
                prot = 1
                port = "80"
                [jobs]
                in_flight = 0
                [nothing_like_it]
                a = 1
                [shutdown]
                timeout_sec = 5
                drain_timeout_secs = "long"
                """;
        assertThat(mistakes(text, Map.of("LOG_LEVEL", "loud")).lines())
                .first()
                .isEqualTo("8 mistakes in the configuration:");
        assertThat(mistakes(text, Map.of("LOG_LEVEL", "loud")))
                .contains("FILE: data_dirr: unknown key, did you mean data_dir?")
                .contains("FILE: web.prot: unknown key, did you mean web.port?")
                .contains("FILE: web.port = \"80\": expected a whole number from 0 to 65535")
                .contains("FILE: jobs.in_flight = 0: expected a whole number from 1 to 100")
                .contains("FILE: nothing_like_it: unknown key, known are data_dir, database.password")
                .contains("LOG_LEVEL: log.level = loud: expected one of trace, debug, info, warn, error, off")
                .contains("did you mean shutdown.timeout_secs?")
                .contains("shutdown.drain_timeout_secs");
    }

    @Test
    void aFileThatCannotBeReadIsOneMistake() throws Exception {
        assertThat(mistakes("[web\n", Map.of())).startsWith("1 mistake in").contains("FILE");
        Path missing = directory.resolve("missing.toml");
        assertThat(catchThrowableOfType(SettingsException.class, () -> read(missing, Map.of())))
                .hasMessageStartingWith("1 mistake in")
                .hasMessageContaining(missing.toString());
        assertThat(catchThrowableOfType(SettingsException.class, () -> read(directory, Map.of())))
                .hasMessageStartingWith("1 mistake in");
        assertThat(mistakes("[shutdwon]\ntimeout_secs = 1\n", Map.of()))
                .startsWith("1 mistake in")
                .contains("did you mean shutdown?");
        assertThat(mistakes("web = 8080\n", Map.of())).contains("web: expected a table");
    }

    @Test
    void contradictionsAreMistakes() throws Exception {
        assertThat(mistakes("[database]\nuser = \"me\"\n", Map.of())).contains("need database.url");
        assertThat(mistakes(
                        "[web]\n", Map.of("DATABASE_URL", "postgresql://me:pw@host/db", "DATABASE_PASSWORD", "other")))
                .contains("database.url has a password already")
                .doesNotContain("other");
        assertThat(mistakes("[web]\n", Map.of("DATABASE_POOL_SIZE", "13")))
                .contains("database.pool_size = 13: expected at least 14");
        assertThat(mistakes("[shutdown]\ntimeout_secs = 5\ndrain_timeout_secs = 6\n", Map.of()))
                .contains("drain_timeout_secs");
    }

    @Test
    void contradictionsAreReportedBesideOtherMistakesUnlessTheyFollowFromOne() throws Exception {
        assertThat(mistakes("[web]\nport = -1\n[jobs]\nin_flight = 30\n[database]\nuser = \"me\"\n", Map.of()))
                .startsWith("3 mistakes")
                .contains("web.port = -1", "need database.url", "expected at least 64");
        assertThat(mistakes("[jobs]\nin_flight = 0\n", Map.of("DATABASE_POOL_SIZE", "1")))
                .startsWith("1 mistake in");
        assertThat(mistakes("[database]\nurl = \"nonsense\"\nuser = \"me\"\n", Map.of()))
                .startsWith("1 mistake in");
    }

    @Test
    void aDirectoryHasAName() throws Exception {
        assertThat(mistakes("data_dir = \"\"\n", Map.of())).contains("expected the name of a directory");
        assertThat(mistakes("data_dir = \"a\\u0000b\"\n", Map.of())).contains("expected the name of a directory");
    }

    @Test
    void aPasswordWithCharactersThatShouldBeEscapedIsNotShownEither() throws Exception {
        assertThat(mistakes("[web]\n", Map.of("DATABASE_URL", "postgresql://me:s3@cr/et@h o/db")))
                .contains("postgresql://me:***@h o/db")
                .doesNotContain("s3", "cr/et");
        Settings jdbc = Settings.read(
                Optional.empty(), Map.of("DATABASE_URL", "jdbc:postgresql://h:1/db?password=s3@cret&user=me"));
        assertThat(jdbc.toText()).contains("//h:1/db?password=***&user=me").doesNotContain("cret");
        Settings key = Settings.read(
                Optional.empty(), Map.of("DATABASE_URL", "jdbc:postgresql://h:1/db?sslkey=k&sslpassword=s3cret&a=b"));
        assertThat(key.toText()).contains("sslkey=k&sslpassword=***&a=b").doesNotContain("cret");
    }

    @Test
    void severalHostsAreForTheDriver() throws Exception {
        String url = "jdbc:postgresql://one.example:5432,two.example/db?targetServerType=primary&password=s3cret";
        Settings settings = Settings.read(Optional.empty(), Map.of("DATABASE_URL", url));
        assertThat(settings.databaseUrl()).contains(url);
        assertThat(settings.toText())
                .contains("one.example:5432,two.example/db")
                .doesNotContain("cret");
        assertThat(mistakes("[web]\n", Map.of("DATABASE_URL", "jdbc:postgresql://one,/db")))
                .contains("expected a URL");
    }

    @Test
    void ofSeveralHostsThePrimaryIsUsedUnlessTheUrlOverridesIt() throws Exception {
        String hosts = "jdbc:postgresql://one.example,two.example/db";
        for (String[] pair : new String[][] {
            {hosts, hosts + "?targetServerType=primary"},
            {hosts + "?ssl=true", hosts + "?ssl=true&targetServerType=primary"},
            {hosts + "?ssl=true&targetServerType=any", hosts + "?ssl=true&targetServerType=any"},
            {"jdbc:postgresql://one.example/db", "jdbc:postgresql://one.example/db"}
        }) {
            assertThat(Settings.read(Optional.empty(), Map.of("DATABASE_URL", pair[0]))
                            .databaseUrl())
                    .contains(pair[1]);
        }
    }

    @Test
    void urlsOfPlatformsBecomeThoseOfJdbcAndPasswordsAreNotShown() throws Exception {
        Settings settings = Settings.read(
                Optional.empty(),
                Map.of(
                        "DATABASE_URL",
                        "postgres://me:s3cret@db.example:5433/shop?sslmode=require",
                        "REDIS_URL",
                        "redis://:hidden@cache.example:6379"));
        assertThat(settings.databaseUrl()).hasValue("jdbc:postgresql://db.example:5433/shop?sslmode=require");
        assertThat(settings.databaseUser()).hasValue("me");
        assertThat(settings.databasePassword()).hasValue("s3cret");
        assertThat(settings.toText())
                .contains("postgres://me:***@db.example:5433/shop", "redis://:***@cache.example")
                .doesNotContain("s3cret", "hidden");
        Settings jdbc = Settings.read(
                Optional.empty(), Map.of("DATABASE_URL", "jdbc:postgresql://h/db?user=me&password=s3cret"));
        assertThat(jdbc.databaseUrl()).hasValue("jdbc:postgresql://h/db?user=me&password=s3cret");
        assertThat(jdbc.toText()).doesNotContain("s3cret");
        assertThat(mistakes("[web]\n", Map.of("DATABASE_URL", "mysql://me:s3cret@h/db")))
                .contains("DATABASE_URL: database.url = mysql://me:***@h/db: expected a URL such as postgresql://")
                .doesNotContain("s3cret");
    }

    @Test
    void whatCannotBeReloadedIsNamed() throws Exception {
        Settings before = Settings.read(Optional.empty(), Map.of());
        Settings after =
                Settings.read(Optional.empty(), Map.of("PORT", "1", "LOG_LEVEL", "debug", "JOBS_IN_FLIGHT", "2"));
        assertThat(before.needingRestart(after)).containsExactly("web.port");
        Settings other = Settings.read(
                Optional.empty(), Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "77", "APP_SHUTDOWN_WATCHDOG_ENABLED", "true"));
        assertThat(before.needingRestart(other))
                .contains("shutdown.timeout_secs", "shutdown.watchdog.enabled")
                .allMatch(key -> key.startsWith("shutdown."))
                .doesNotContain("shutdown.force_quit");
    }

    @Test
    void aFileMayBeJson() throws Exception {
        Path file = Files.writeString(
                directory.resolve("config.json"),
                "{\"web\": {\"port\": 1000}, \"embedded\": true, \"shutdown\": {\"timeout_secs\": 7}}");
        Settings settings = read(file, Map.of());
        assertThat(settings.port()).isEqualTo(1000);
        assertThat(settings.shutdown().timeout()).isEqualTo(Duration.ofSeconds(7));
        Files.writeString(file, "{\"web\": {\"prot\": 1000}}");
        assertThat(catchThrowableOfType(SettingsException.class, () -> read(file, Map.of())))
                .hasMessageContaining("web.prot: unknown key, did you mean web.port?");
    }

    @Test
    void noEmbeddedDatabaseStartsByMistake() throws Exception {
        assertThat(mistakes("[web]\n", Map.of("DATABASE_URL", " ")))
                .startsWith("1 mistake in")
                .contains("DATABASE_URL: database.url =  : expected a URL");
        assertThat(mistakes("[web]\n", Map.of("DATABSE_URL", "postgresql://h/db", "REDIS_URl_URL", "x")))
                .startsWith("1 mistake in")
                .contains("DATABSE_URL: unknown variable, did you mean DATABASE_URL?");
        assertThat(mistakes("embedded = false\n", Map.of("REDIS_URL", "redis://h")))
                .startsWith("1 mistake in")
                .contains("database.url is missing: embedded = false");
        assertThat(mistakes("embedded = \"no\"\n", Map.of())).contains("embedded = \"no\": expected true or false");
        assertThat(read(file("embedded = false\n"), Map.of("REDIS_URL", "redis://h", "DATABASE_URL", "postgres://h/d"))
                        .embeddedServers())
                .isFalse();
    }

    @Test
    void aContainerStartsNoEmbeddedDatabase() throws Exception {
        String settings = Files.readString(Path.of("deploy/container.toml"));
        assertThat(mistakes(settings, Map.of("REDIS_URL", "redis://h"))).contains("database.url is missing");
        assertThat(mistakes(settings, Map.of("DATABASE_URL", "postgres://h/d"))).contains("redis.url is missing");
        assertThat(read(file(settings), Map.of("EMBEDDED_SERVERS", "true")).embeddedServers())
                .isTrue();
    }
}
