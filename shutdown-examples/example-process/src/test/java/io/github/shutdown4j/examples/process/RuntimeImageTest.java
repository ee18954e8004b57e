package io.github.shutdown4j.examples.process;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A modular application in a runtime image that jlink makes of the packaged jars, with no optional module of the JDK. */
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs SIGTERM")
class RuntimeImageTest {

    @TempDir
    Path directory;

    @Test
    void hasWhatASignalNeedsAndRefusesAnMxBeanByName() throws Exception {
        Process app = start(imageOf(application()));
        try {
            var reader = app.inputReader(StandardCharsets.UTF_8);
            assertThat(reader.readLine())
                    .isEqualTo("[app, com.fasterxml.jackson.annotation, com.fasterxml.jackson.core,"
                            + " com.fasterxml.jackson.databind, io.github.shutdown4j, java.base, java.logging, jdk.unsupported,"
                            + " org.slf4j]");
            assertThat(reader.readLine())
                    .startsWith("java.lang.IllegalStateException: mxBean(\"app\") needs the module java.management");
            assertThat(reader.readLine()).isEqualTo("ready");
            app.toHandle().destroy(); // SIGTERM; the output stays open
            assertThat(reader.readLine()).isEqualTo("released");
            assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(app.exitValue()).isZero();
        } finally {
            app.destroyForcibly();
        }
    }

    private String modules() {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(
                        ".*(shutdown-core-[^-]*(-SNAPSHOT)?|slf4j-api-[^-]*|jackson-[acd][^-]*-[^-]*)\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(path.split(File.pathSeparator)).hasSize(5);
        return path;
    }

    private Path application() throws IOException {
        Path module = Files.writeString(
                directory.resolve("module-info.java"), "module app { requires io.github.shutdown4j; }");
        Path main = Files.writeString(
                Files.createDirectories(directory.resolve("app")).resolve("Main.java"), """
                package app;
                import io.github.shutdown4j.ShutdownCoordinator;
                import io.github.shutdown4j.resources.Resource;
                public class Main {
                    public static void main(String[] args) throws Exception {
                        System.out.println(ModuleLayer.boot().modules().stream().map(Module::getName).sorted().toList());
                        var builder = ShutdownCoordinator.builder();
                        try {
                            builder.mxBean("app");
                        } catch (IllegalStateException refused) {
                            System.out.println(refused);
                        }
                        var coordinator = builder.resource(
                                        Resource.of("last", 7, () -> System.out.println("released")))
                                .build();
                        coordinator.start();
                        System.out.println("ready");
                        coordinator.await();
                    }
                }
                """);
        Path classes = directory.resolve("classes");
        run("javac", "-p", modules(), "-d", classes.toString(), module.toString(), main.toString());
        return classes;
    }

    private Path imageOf(Path application) {
        assumeTrue(ToolProvider.findFirst("jlink").isPresent(), "needs a JDK with jlink");
        Path image = directory.resolve("image");
        run(
                "jlink",
                "-p",
                modules() + File.pathSeparator + application,
                "--add-modules",
                "app",
                "--output",
                image.toString());
        return image;
    }

    private static void run(String tool, String... arguments) {
        var output = new ByteArrayOutputStream();
        var print = new PrintStream(output, true, StandardCharsets.UTF_8);
        int code = ToolProvider.findFirst(tool).orElseThrow().run(print, print, arguments);
        assertThat(code).as(output.toString(StandardCharsets.UTF_8)).isZero();
    }

    private Process start(Path image) throws IOException {
        return new ProcessBuilder(image.resolve("bin").resolve("java").toString(), "-m", "app/app.Main")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
