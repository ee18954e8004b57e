package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** When native code is loaded, and what happens if it cannot be: each case in a separate JVM. Scenario 91. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class NativeLoadingTest {

    @TempDir
    Path directory;

    @Test // scenario 91
    void withoutSystemdNoClassOfJnaIsLoaded() throws Exception {
        for (Map<String, String> environment : List.of(
                Map.<String, String>of(), Map.of("WATCHDOG_USEC", "1000000"), Map.of("NOTIFY_SOCKET", "vsock:2:1"))) {
            ChildJvm.Result child = new ChildJvm()
                    .option("-Xlog:class+load:file=" + directory.resolve("classes") + "::filecount=0")
                    .environment(environment)
                    .run(WholeLife.class);
            assertThat(child.exitCode()).isZero();
            assertThat(child.output()).contains("alive").noneMatch(line -> line.startsWith("thread JNA"));
            List<String> loaded = Files.readAllLines(directory.resolve("classes"));
            assertThat(loaded).anyMatch(line -> line.contains(SystemdListener.class.getName()));
            assertThat(loaded).noneMatch(line -> line.contains("com.sun.jna") || line.contains(LibC.class.getName()));
            assertThat(child.warnings()).hasSize(environment.containsKey("NOTIFY_SOCKET") ? 1 : 0);
        }
    }

    @Test
    void ldconfigIsNotForked() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"))) {
            ChildJvm.Result child = underSystemd().run(WholeLife.class);
            assertThat(child.output().get(0)).startsWith("Sent");
            assertThat(child.output())
                    .noneMatch(line -> line.startsWith("thread process reaper"))
                    .anyMatch(line -> line.startsWith("jna.platform.library.path=/"));
            // A manager that is slow to read, as this test is on a loaded machine, has room for ten messages.
            assertThat(child.errors()).noneMatch(line -> line.contains("WARN") && !line.contains("EAGAIN"));
            manager.awaitText("X_LAST=1");
            assertThat(manager.texts().get(0)).isEqualTo("STATUS=waiting for nothing");
        }
    }

    @Test
    void loadingNeedsNoneOfTheJdksCostlyPartsAndLeavesNoFile() throws Exception {
        Path unpacked = directory.resolve("unpacked");
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"))) {
            ChildJvm.Result child = new ChildJvm()
                    .environment(
                            Map.of("NOTIFY_SOCKET", directory.resolve("notify").toString(), "SYSTEMD_EXEC_PID", "1"))
                    .option(
                            "-Djna.tmpdir=" + unpacked,
                            "-Xlog:class+load:file=" + directory.resolve("classes") + "::filecount=0")
                    .run(WholeLife.class);
            assertThat(child.output().get(0)).startsWith("Sent");
            assertThat(child.output()).contains("jna.boot.library.path=null");
            assertThat(child.warnings())
                    .filteredOn(line -> !line.contains("EAGAIN"))
                    .singleElement()
                    .asString()
                    .contains("the main process of the unit is process 1");
            manager.awaitText("X_LAST=1");
        }
        assertThat(Files.readAllLines(directory.resolve("classes")))
                .anyMatch(line -> line.contains(" com.sun.jna.Function "))
                .noneMatch(line -> line.contains(" java.security.SecureRandom ")
                        || line.contains(" java.lang.ProcessHandleImpl ")
                        || line.contains(" java.lang.reflect.ProxyGenerator ")
                        || line.contains(" com.sun.jna.Structure$FFIType "));
        assertThat(unpacked).isEmptyDirectory();
    }

    @Test
    void theLibraryThatTheUserNamesIsLoaded() throws Exception {
        Path library = directory.resolve(System.mapLibraryName("jnidispatch"));
        try (InputStream packed = Native.class.getResourceAsStream(
                "/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + library.getFileName())) {
            Files.copy(packed, library);
        }
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"))) {
            ChildJvm.Result child = underSystemd()
                    .option("-Djna.boot.library.path=" + directory, "-Djna.tmpdir=/proc/1/none")
                    .run(WholeLife.class);
            assertThat(child.output().get(0)).startsWith("Sent");
            assertThat(child.output()).contains("jna.boot.library.path=" + directory);
            manager.awaitText("X_LAST=1");
        }
        assertThat(library).exists();
    }

    @Test
    void aSearchPathOfTheUsersIsKept() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"))) {
            ChildJvm.Result child =
                    underSystemd().option("-Djna.platform.library.path=/mine").run(WholeLife.class);
            assertThat(child.output()).contains("jna.platform.library.path=/mine");
            manager.await(1);
        }
    }

    @Test // scenario 91
    void withoutJnaOneWarningNamesTheArtifact() throws Exception {
        assertDegrades(underSystemd().withoutJna(), "Add net.java.dev.jna:jna to the class path");
    }

    @Test
    void withoutTheModuleThatJnaNeedsOneWarningNamesTheModule() throws Exception {
        assertDegrades(
                underSystemd().option("--limit-modules", "java.base,jdk.unsupported"),
                "JNA needs the module java.logging");
    }

    @Test // scenario 91
    void aLibraryThatCannotBeFoundIsOneWarningWithTheRemedy() throws Exception {
        assertDegrades(
                underSystemd()
                        .option(
                                "-Djna.nounpack=true",
                                "-Djna.boot.library.path=" + directory,
                                "-Djna.noclasspath=true"),
                "-Djna.tmpdir=DIR");
    }

    @Test // scenario 91
    void aLibraryThatCannotBeUnpackedIsOneWarningWithTheRemedy() throws Exception {
        assertDegrades(underSystemd().option("-Djna.tmpdir=/proc/1/none"), "-Djna.tmpdir=DIR");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "needs JDK 24: denied native access")
    void deniedNativeAccessIsOneWarningWithTheRemedy() throws Exception {
        assertDegrades(
                underSystemd()
                        .withoutOption("--enable-native-access=ALL-UNNAMED")
                        .option("--illegal-native-access=deny"),
                "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void aPassedSocketIsAnErrorWithTheRemedy() throws Exception {
        ChildJvm.Result child = new ChildJvm()
                .option("-Djna.nounpack=true", "-Djna.boot.library.path=" + directory, "-Djna.noclasspath=true")
                .run(Adopting.class);
        assertThat(child.output())
                .singleElement()
                .asString()
                .startsWith("java.io.IOException: a socket was passed, but native code cannot be loaded")
                .contains("UnsatisfiedLinkError", "-Djna.tmpdir=DIR");
    }

    /** Treats its own listening socket, which is among its first descriptors, as one passed by systemd. */
    static final class Adopting {

        private Adopting() {}

        public static void main(String[] args) throws IOException {
            long pid = ProcessHandle.current().pid();
            Map<String, String> variables = Map.of("LISTEN_FDS", "100", "LISTEN_PID", Long.toString(pid));
            try (ServerSocketChannel listening = ServerSocketChannel.open()) {
                listening.bind(null);
                System.out.println(new SocketActivation(3).passed(new SystemdEnvironment(variables, pid, true)));
            } catch (IOException e) {
                System.out.println(e.toString().replace(System.lineSeparator(), " "));
            }
        }
    }

    private ChildJvm underSystemd() {
        return new ChildJvm()
                .environment(Map.of("NOTIFY_SOCKET", directory.resolve("notify").toString()));
    }

    private static void assertDegrades(ChildJvm jvm, String remedy) throws Exception {
        ChildJvm.Result child = jvm.run(WholeLife.class);
        assertThat(child.exitCode()).isZero();
        assertThat(child.output().get(0)).startsWith("Failed").contains("native code cannot be loaded");
        assertThat(child.output()).contains("alive");
        assertThat(child.warnings()).hasSize(1).first().asString().contains("notifications are off", remedy);
    }
}
