package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Native;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.ClassLoadLog;
import io.github.shutdown4j.testing.ReplaceableJars;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A deployment replaces the jars of a service while it runs: systemd receives the usual messages of every kind of
 * shutdown, with the classes loaded by then. The test truncates the jars of both modules and of JNA, which is also the
 * first effect of a copy onto them.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class ReplacedJarProcessTest {

    private static final String NO_REPORT = "no report file";

    @TempDir
    static Path directory;

    static ReplaceableJars libraries;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private final List<Way> ways = new ArrayList<>();

    @BeforeAll
    static void packLibraries() throws Exception {
        libraries = ReplaceableJars.pack(directory, ShutdownCoordinator.class, SystemdListener.class, Native.class);
    }

    @AfterEach
    void closeManagers() throws Exception {
        for (Way way : ways) {
            way.manager.close();
        }
    }

    /** One process with its own copies of the jars, and its manager. */
    private record Way(
            String name, ReplaceableJars.Copy jars, ClassLoadLog classes, ManagerStub manager, ChildJvm child) {

        void replaceJars() throws IOException {
            manager.awaitText("READY=1");
            ClassLoadLog.mark(child);
            jars.truncate();
        }

        void ended(int code) throws IOException {
            ChildExit exit = child.awaitExit();
            assertThat(exit.code()).as("%s: %s", name, exit.lines()).isEqualTo(code);
            assertThat(jars.lateClasses(classes)).as(name).isEmpty();
            manager.awaitText("STOPPING=1\nEXTEND_TIMEOUT_USEC=");
            assertThat(manager.received())
                    .as(name)
                    .filteredOn(message -> message.has("STOPPING=1"))
                    .hasSize(1);
        }

        void ended(int code, String lastStatus) throws IOException {
            ended(code);
            manager.awaitText("STATUS=" + lastStatus);
        }
    }

    private Way way(String name, String... args) throws Exception {
        Path own = Files.createDirectory(directory.resolve(Integer.toString(ways.size())));
        ReplaceableJars.Copy jars = libraries.copyTo(own);
        ClassLoadLog classes = new ClassLoadLog(own.resolve("classes"));
        Path socket = own.resolve("notify");
        ManagerStub manager = ManagerStub.at(socket);
        ChildJvmLauncher launcher = jvms.main(ReplacedJarService.class)
                .quick()
                .logs()
                .env("NOTIFY_SOCKET", socket.toString())
                .env("WATCHDOG_USEC", "30000000")
                .jvm(classes.jvmOption())
                .classPath(jars.classPath())
                .args(args);
        if (List.of(args).contains(NO_REPORT)) {
            launcher.property("shutdown4j.report", "");
        }
        if (Runtime.version().feature() >= 22) {
            launcher.jvm("--enable-native-access=ALL-UNNAMED");
        }
        Way way = new Way(name, jars, classes, manager, launcher.start());
        ways.add(way);
        return way;
    }

    @Test
    void systemdIsNotifiedOfEveryKindOfShutdownWithoutTheJars() throws Exception {
        Way problems = way("SIGTERM, with problems", "failing", "request", "short");
        Way reloaded = way("SIGTERM after a reload", NO_REPORT);
        Way call = way("call");
        Way failure = way("service failure");
        Way uncaught = way("uncaught exception");
        Way exit = way("System.exit elsewhere");
        Way mainEnds = way("end of main", "no services");
        Way forced = way("forced", "hung hook", "short");
        Way secondInt = way("second SIGINT", "request");
        for (Way way : ways) {
            way.replaceJars();
        }

        problems.child.signal("TERM");
        reloaded.child.signal("HUP");
        call.child.type("call");
        failure.child.type("fail");
        uncaught.child.type("throw");
        exit.child.type("exit");
        mainEnds.child.type("end main");
        forced.child.signal("TERM");
        secondInt.child.signal("INT");
        reloaded.manager.awaitText("STATUS=running, reloaded in ");
        reloaded.child.signal("TERM");
        secondInt.manager.awaitText("STOPPING=1");
        secondInt.child.sh("sleep 1.2; kill -INT $pid");

        problems.ended(1, "draining 1 request, ");
        problems.manager.awaitText("STATUS=ended with problems");
        reloaded.ended(0, "ended cleanly");
        assertThat(reloaded.classes.linesBeforeMark()) // the listener of systemd reads no timeline
                .anyMatch(line -> line.contains("ListenerEvent$Finished "))
                .noneMatch(line -> line.contains("report.TimelineSvg "));
        call.ended(0, "ended cleanly");
        failure.ended(1, "ended with problems");
        uncaught.ended(1, "ended in order because of a failure");
        exit.ended(7, "ended cleanly");
        mainEnds.ended(0, "ended cleanly");
        forced.ended(124, "ended cleanly");
        secondInt.ended(130);
    }
}
