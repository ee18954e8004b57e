package io.github.shutdown4j;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A deployment replaces the jar of the library while the process runs: each way to the end works with the classes that are
 * loaded by then. The jar is truncated here, which is what a copy onto it does first.
 */
class ReplacedJarProcessTest {

    @TempDir
    static Path folder;

    static Path library;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private final List<Way> ways = new ArrayList<>();

    @BeforeAll
    static void packLibrary() throws Exception {
        Path classes = ownClasses();
        library = folder.resolve("library.jar");
        if (Files.isDirectory(classes)) {
            ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
            assertThat(jar.run(System.out, System.err, "cf", library.toString(), "-C", classes.toString(), "."))
                    .isZero();
        } else {
            Files.copy(classes, library);
        }
    }

    private static Path ownClasses() throws Exception {
        return Path.of(ShutdownCoordinator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** One process with a jar of its own. */
    private static final class Way {
        final String name;
        final Path jar;
        final Path classLog;
        final ChildJvm child;

        Way(String name, Path jar, Path classLog, ChildJvm child) {
            this.name = name;
            this.jar = jar;
            this.classLog = classLog;
            this.child = child;
        }

        void replaceJar() throws IOException {
            child.awaitLine("ready");
            child.type("mark");
            child.awaitLine("marked");
            try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "rw")) {
                file.setLength(0);
            }
        }

        /** Those that were loaded since the mark, and those that could not be. */
        List<String> lateClasses() throws IOException {
            List<String> lines = Files.readAllLines(classLog);
            int mark = -1;
            for (int i = 0; i < lines.size(); i++) {
                mark = lines.get(i).contains("ReplacedJarProgram$Mark ") ? i : mark;
            }
            assertThat(mark).as(name).isPositive();
            assertThat(lines.subList(0, mark)).anyMatch(line -> line.contains("ShutdownSequence ") && isOfJar(line));
            return lines.subList(mark + 1, lines.size()).stream()
                    .filter(line -> line.contains("io.github.shutdown4j.") || line.contains("io/github/shutdown4j/"))
                    .filter(line -> isOfJar(line)
                            || line.contains("NoClassDefFoundError")
                            || line.contains("ClassNotFoundException"))
                    .toList();
        }

        private boolean isOfJar(String line) {
            return line.contains("/" + jar.getFileName());
        }

        void ended(int code, String... said) throws IOException {
            ChildExit exit = child.awaitExit();
            assertThat(exit.code()).as("%s: %s", name, exit.lines()).isEqualTo(code);
            for (String part : said) {
                assertThat(child.out()).as("%s: %s", name, exit.lines()).anyMatch(line -> line.startsWith(part));
            }
            assertThat(lateClasses()).as(name).isEmpty();
        }
    }

    private Way way(String name, String... args) throws Exception {
        Path jar = Files.copy(library, folder.resolve("library-" + ways.size() + ".jar"));
        Path classLog = folder.resolve("classes-" + ways.size());
        ChildJvmLauncher launcher = jvms.main(ReplacedJarProgram.class)
                .quick()
                .logs()
                .property(
                        ReportFile.PROPERTY,
                        folder.resolve("report-" + ways.size() + ".html").toString())
                .jvm("-Xlog:class+load=info,exceptions=info:file=" + classLog + "::filecount=0")
                .classPath(classPathWith(jar))
                .args(args);
        Way way = new Way(name, jar, classLog, launcher.start());
        ways.add(way);
        return way;
    }

    /** The class path of this test, with the jar in the place of the library. */
    private static String classPathWith(Path jar) throws Exception {
        Path own = ownClasses();
        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
        assertThat(Arrays.stream(entries).map(Path::of)).contains(own);
        return Arrays.stream(entries)
                .map(entry -> Path.of(entry).equals(own) ? jar.toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void everyWayToTheEndWorksWithoutTheJar() throws Exception {
        String state = folder.resolve("state.json").toString();
        Way term =
                way("SIGTERM, all fails", "failing", "request", "pool", "reports", "state", state, "timeout", "2000");
        Way clean = way("SIGTERM after a reload", "pool", "reports");
        Way call = way("call", "state", folder.resolve("called.json").toString());
        Way failure = way("service failure", "reports");
        Way startUp = way("start-up fails", "start-up fails", "reports");
        Way uncaught = way("uncaught exception", "uncaught");
        Way exit = way(
                "System.exit elsewhere",
                "reports",
                "state",
                folder.resolve("exit.json").toString());
        Way mainEnds = way("end of main", "no services", "reports");
        Way forced = way("forced by timeout", "hung hook", "timeout", "1000");
        Way secondInt = way("second SIGINT", "request");
        Way embedded = way("embedded", "embedded", "no services", "reports");
        for (Way way : ways) {
            way.replaceJar();
        }

        // One after the other: all at once would make each of them slow, and a slow listener is not waited for.
        term.child.signal("TERM");
        term.ended(1, "stopped", "released", "reports 1");
        clean.child.signal("HUP").awaitLine("reloaded");
        clean.child.signal("TERM");
        clean.ended(0, "reloaded", "stopped", "released", "reports 0");
        call.child.type("call");
        call.ended(0, "stopped", "released");
        failure.child.type("fail");
        failure.ended(1, "stopped", "released", "reports 1");
        startUp.child.type("fail start-up");
        startUp.ended(1, "stopped", "released", "reports 1");
        assertThat(startUp.child.err())
                .anyMatch(line -> line.contains("the start-up failed: java.io.IOException: no database"));
        uncaught.child.type("throw");
        uncaught.ended(1, "stopped", "released");
        exit.child.type("exit");
        exit.ended(7, "stopped", "released", "reports");
        mainEnds.child.type("end main");
        mainEnds.ended(0, "released", "reports");
        embedded.child.type("call");
        embedded.ended(0, "released", "reports 0", "returned 0");
        forced.child.signal("TERM");
        secondInt.child.awaitLine("holding");
        secondInt.child.signal("INT").awaitLine("received");
        secondInt.child.sh("sleep 1.2; kill -INT $pid");
        forced.ended(124, "stopped", "released");
        secondInt.ended(130);
        assertThat(forced.child.err()).anyMatch(line -> line.contains("halting with exit code 124"));
        assertThat(secondInt.child.err()).anyMatch(line -> line.contains("halting with exit code 130"));
        for (String saved : List.of("state.json", "called.json", "exit.json")) {
            assertThat(folder.resolve(saved)).isNotEmptyFile();
        }
    }
}
