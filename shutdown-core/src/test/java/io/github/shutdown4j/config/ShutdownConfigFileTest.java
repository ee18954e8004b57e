package io.github.shutdown4j.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.config.ShutdownConfigException.Problem;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.Permissions;

import static org.assertj.core.api.Assertions.assertThat;

class ShutdownConfigFileTest {

    @TempDir
    Path directory;

    /** The text, with ~ for the end of a line, and the position in it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'a': 1} x; 1:10",
                "{'a': 1}~{}; 2",
                "{'a': 1} 1; 1",
                "{'a': 1,}; 1:9",
                "{'a':~; 2:1",
                "{a: 1}; 1:2",
                "{'a': 01}; 1:8",
                "{'a': +1}; 1:8",
                "{'a': yes}; 1:7",
                "// comment~{}; 1:1",
                "[1]; 1",
                "'x'; 1",
                "null; 1",
            })
    void malformedJsonIsReportedWithItsPlace(String text, String place) throws IOException {
        Path file = Files.writeString(directory.resolve("app.json"), unfolded(text));

        Problem problem = onlyProblem(file);

        assertThat(problem.source()).isEqualTo(file + ":" + place);
        assertThat(problem.key()).isEmpty();
        assertThat(problem.message())
                .containsAnyOf("not well-formed: ", "expected ")
                .doesNotContain("enable `", "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "a = yes; 1:5",
                "a =; 1:4",
                "[s; 1:3",
                "x = 1~a = 30s; 2:7",
                "a = 'x; 1:7",
                "[a]~b = 1~[a]; 3:3",
                "shutdown = {a = 1; 1:18",
                "a = 1e99999999999; 1:18",
            })
    void malformedTomlIsReportedWithItsPlace(String text, String place) throws IOException {
        Path file = Files.writeString(directory.resolve("app.toml"), unfolded(text));

        Problem problem = onlyProblem(file);

        assertThat(problem.source()).isEqualTo(file + ":" + place);
        assertThat(problem.message()).startsWith("not well-formed: ");
    }

    @Test
    void aKeyGivenTwiceInTomlIsReported() throws IOException {
        Path file = Files.writeString(
                directory.resolve("app.toml"), "[shutdown]\ntimeout_secs = 1\ntimeout_secs = 2\nforce_quit = true\n");

        assertThat(onlyProblem(file).text()).startsWith(file + ":").containsIgnoringCase("duplicate key");
    }

    @ParameterizedTest
    @CsvSource({"app.json, ''", "app.toml, ''", "app.json, ' \r\n\t'", "app.toml, ' \n'"})
    void anEmptyFileIsAMistake(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);

        assertThat(onlyProblem(file).text()).isEqualTo(file + ": the file is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.json", "missing.toml", "missing", "no/such/directory/app.json"})
    void aMissingFileIsAMistake(String name) {
        Path file = directory.resolve(name);

        assertThat(onlyProblem(file).text()).isEqualTo(file + ": no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.yaml", "app", "app.json.bak", "json", "app.JSON5"})
    void aFileNameWithoutAKnownExtensionIsAMistake(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "{}");

        assertThat(onlyProblem(file).text())
                .isEqualTo(file + ": expected a name that ends in .json, .toml or .properties");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shutdwon", "Shutdown", "shut_down"})
    void aMisspelledTableIsAMistake(String table) throws IOException {
        Path file = Files.writeString(directory.resolve("app.toml"), "[" + table + "]\ntimeout_secs = 5\n");

        assertThat(onlyProblem(file).text()).endsWith("unknown table, did you mean shutdown?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "shutdown_page", "down"})
    void anotherTableIsTheApplications(String table) throws IOException {
        Path file = Files.writeString(directory.resolve("app.toml"), "[" + table + "]\ntimeout_secs = 5\n");

        assertThat(ShutdownConfig.loader().file(file).load()).isEqualTo(ShutdownConfig.defaults());
    }

    @Test
    void aDirectoryIsAMistake() throws IOException {
        Path file = Files.createDirectory(directory.resolve("app.json"));

        assertThat(onlyProblem(file).text()).isEqualTo(file + ": expected a file, found a directory");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX files")
    void aFileInAFileIsAMistake() throws IOException {
        Path file = Files.writeString(directory.resolve("plain"), "{}").resolve("app.json");

        // Newer JDKs report that there is no such file, older ones only that something failed.
        assertThat(onlyProblem(file).text()).containsPattern("app\\.json: (no such file|cannot be read: .*)$");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX files")
    void aDeviceIsNotRead() throws IOException {
        Path file = Files.createSymbolicLink(directory.resolve("app.json"), Path.of("/dev/zero"));

        assertThat(onlyProblem(file).text()).isEqualTo(file + ": expected a regular file");
    }

    /** Describes why a file cannot be read. */
    static final class Program {

        public static void main(String[] args) {
            System.out.println(onlyProblem(Path.of(args[0])).text());
        }
    }

    /** In a separate process, because root may read everything. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX files")
    void aFileWithoutPermissionIsAMistake() throws IOException {
        Path file = Files.writeString(directory.resolve("app.json"), "{}");
        var child = Permissions.binding(Program.class, directory).args(file.toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        try (ChildJvm program = child.start()) {
            program.assertExit(0);
            assertThat(program.out()).containsExactly(file + ": permission to read it denied");
        }
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        Path file = directory.resolve("app.json");
        String content = "{\"x\": \"" + "x".repeat(1024 * 1024 - 9) + "\"}";
        Files.writeString(file, content);
        assertThat(ShutdownConfig.loader().file(file).load()).isEqualTo(ShutdownConfig.defaults());

        Files.writeString(file, content + " ");

        assertThat(onlyProblem(file).text()).isEqualTo(file + ": larger than 1 MB, too large for a configuration");
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.json", "app.toml"})
    void aBinaryFileIsAMistake(String name) throws IOException {
        Path file = Files.write(directory.resolve(name), new byte[] {(byte) 0xCA, (byte) 0xFE, 0, 1, (byte) 0xFF});

        assertThat(onlyProblem(file).source()).startsWith(file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.json", "app.toml"})
    void textThatIsNotUtf8IsAMistake(String name) throws IOException {
        String text = name.endsWith("json") ? "{\"a\": \"\u00e4\u00f6\"}" : "a = \"\u00e4\u00f6\"";
        Path file = Files.write(directory.resolve(name), text.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(onlyProblem(file).source()).startsWith(file.toString());
    }

    @Test
    void deepNestingIsRefusedWithoutAnOverflow() throws IOException {
        Path json =
                Files.writeString(directory.resolve("app.json"), "{\"shutdown\": " + "{\"a\":".repeat(100_000) + "1");
        Path toml = Files.writeString(directory.resolve("app.toml"), "shutdown = " + "[".repeat(100_000));

        assertThat(onlyProblem(json).message()).startsWith("not well-formed: ");
        assertThat(onlyProblem(toml).message()).startsWith("not well-formed: ");
    }

    @ParameterizedTest
    @CsvSource({"app.json, '{\"shutdown\": {\"timeout_secs\": 5}}'", "APP.TOML, 'shutdown.timeout_secs = 5'"})
    void aByteOrderMarkAndUpperCaseNamesAreForgiven(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "\uFEFF" + content);

        assertThat(ShutdownConfig.loader().file(file).load().timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    private static String unfolded(String text) {
        return text.replace('~', '\n').replace('\'', '"');
    }

    private static Problem onlyProblem(Path file) {
        return ShutdownConfigMistakesTest.onlyProblem(ShutdownConfig.loader().file(file));
    }
}
