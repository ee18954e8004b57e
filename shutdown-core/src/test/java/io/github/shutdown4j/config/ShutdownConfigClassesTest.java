package io.github.shutdown4j.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The libraries that loading a configuration needs, tested in separate processes. */
class ShutdownConfigClassesTest {

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    Path directory;

    /** The child: prints the configuration or the mistakes. */
    static final class Main {

        public static void main(String[] arguments) {
            try {
                System.out.println(ShutdownConfig.load(Path.of(arguments[0])));
            } catch (ShutdownConfigException e) {
                e.problems().forEach(problem -> System.out.println(problem.text()));
            }
        }
    }

    @Test
    void jsonAndVariablesLoadNothingOfDatabind() throws Exception {
        Path classes = directory.resolve("classes.txt");
        Path file = Files.writeString(directory.resolve("app.json"), "{\"shutdown\": {\"timeout_secs\": 5}}");

        String output = run(CLASS_PATH, file, "-Xlog:class+load:file=" + classes.getFileName());

        assertThat(output).contains("timeout_secs=5", "force_delay_secs=7");
        assertThat(Files.readString(classes))
                .contains(ShutdownConfig.class.getName(), "com.fasterxml.jackson.core.JsonFactory")
                .doesNotContain("com.fasterxml.jackson.databind", "jackson.dataformat", "TomlParser");
    }

    @Test
    void jsonNeedsNeitherDatabindNorToml() throws Exception {
        Path file = Files.writeString(directory.resolve("app.json"), "{\"shutdown\": {\"timeout_secs\": 5}}");

        assertThat(run(without("jackson-databind", "jackson-dataformat-toml"), file))
                .contains("timeout_secs=5");
    }

    @Test
    void tomlIsReadIfItsParserIsThere() throws Exception {
        Path file = Files.writeString(directory.resolve("app.toml"), "[shutdown]\ntimeout_secs = 5\n");

        assertThat(run(CLASS_PATH, file)).contains("timeout_secs=5", "force_delay_secs=7");
    }

    @Test
    void withoutItsParserTomlIsAMistakeThatNamesTheArtifact() throws Exception {
        Path file = Files.writeString(directory.resolve("app.toml"), "[shutdown]\ntimeout_secs = 5\n");

        assertThat(run(without("jackson-dataformat-toml"), file))
                .startsWith(file + ": reading TOML needs com.fasterxml.jackson.dataformat:jackson-dataformat-toml:2.")
                .contains("the version of jackson-core in use")
                .hasLineCount(1);
    }

    private static String without(String... artifacts) {
        String classPath = Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> Arrays.stream(artifacts).noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).isNotEqualTo(CLASS_PATH);
        return classPath;
    }

    private String run(String classPath, Path file, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, Main.class.getName(), file.toString()));
        Path output = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("APP_SHUTDOWN_FORCE_DELAY_SECS", "7");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
