package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReportFileTest {

    @TempDir
    private Path directory;

    private static ShutdownReport report(String step, String detail) {
        List<StepResult> steps = List.of(StepResult.timedOut(step, ZERO, ofSeconds(2), detail, List.of()));
        return ShutdownReport.of(
                new ShutdownReason.Signalled(ShutdownSignal.TERMINATE),
                Instant.parse("2024-05-06T07:08:09.123Z"),
                ofSeconds(3),
                false,
                List.of(new PhaseReport(ShutdownPhase.DRAIN, ZERO, ofSeconds(2), Duration.ofSeconds(10), steps)));
    }

    private static ShutdownReport clean() {
        return report("http", "");
    }

    private static ShutdownReport broken() {
        return report("http", "1 abandoned");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.html", "b.svg", "c.json", "D.TXT"})
    void writesTheFormatOfTheFileName(String name) throws Exception {
        Path file = directory.resolve("new/directory").resolve(name);
        ReportFile.at(file).onFinished(clean());
        ReportFile.at(file).onFinished(broken());
        String expected =
                switch (name) {
                    case "a.html" -> "<!doctype html>";
                    case "b.svg" -> "<svg ";
                    case "c.json" -> "{";
                    default -> "Shutdown report: ";
                };
        assertThat(Files.readString(file)).startsWith(expected).contains("1 abandoned");
        assertThat(file.getParent().toFile().list()).containsExactly(name);
    }

    @Test
    void isNamedAfterProcessAndTime() {
        ReportFile.at(directory.resolve("s-%t-%p.txt")).onFinished(clean());
        assertThat(directory.toFile().list())
                .containsExactly(
                        "s-2024-05-06T07-08-09Z-" + ProcessHandle.current().pid() + ".txt");
    }

    @Test
    void fileThatCannotBeWrittenIsLogged() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        try (CapturedLogs logs = CapturedLogs.open()) {
            ReportFile.at(file.resolve("below.txt")).onFinished(clean());
            assertThat(logs.lines()).singleElement().satisfies(line -> assertThat(line.text())
                    .contains("Report: cannot write", "below.txt"));
        }
    }

    @Test
    void refusesOtherEndings() {
        assertThatThrownBy(() -> ReportFile.at(Path.of("report.pdf")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("report.pdf")
                .hasMessageContaining(".html");
        assertThatThrownBy(() -> ReportFile.at(Path.of("/"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failureLeavesNoDraftBehind() throws Exception {
        Path taken = Files.createDirectories(directory.resolve("s.txt/by a directory"))
                .getParent();
        try (CapturedLogs logs = CapturedLogs.open()) {
            ReportFile.at(taken).onFinished(clean());
            assertThat(logs.lines()).singleElement().satisfies(line -> assertThat(line.text())
                    .contains("Report: cannot write", "s.txt"));
        }
        assertThat(directory.toFile().list()).containsExactly("s.txt");
    }

    /** A channel needs direct memory to write, and this process has almost none. */
    public static final class WithoutDirectMemory {
        public static void main(String[] args) {
            ReportFile.at(Path.of(args[0])).onFinished(clean());
            System.out.println("returned");
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "needs JDK 17: files are written by way of limited memory")
    void errorLeavesNoDraftBehindEither() {
        try (ChildJvm child = ChildJvm.of(WithoutDirectMemory.class)
                .jvm("-XX:MaxDirectMemorySize=64")
                .logs()
                .args(directory.resolve("s.txt").toString())
                .start()) {
            child.awaitLine("Report: cannot write");
            child.awaitLine("returned");
            child.assertExit(0);
        }
        assertThat(directory.toFile().list()).isEmpty();
    }

    @Test
    void directoryMayBeALink() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        ReportFile.at(link.resolve("s.txt")).onFinished(clean());
        assertThat(real.resolve("s.txt")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.html", "b.svg", "c.json", "d.txt"})
    void halfACharacterKeepsNoReportFromBeingWritten(String name) throws IOException {
        Path file = directory.resolve(name);
        ReportFile.at(file).onFinished(report("half \uD83D of an emoji", "also \uDC68 here"));
        assertThat(Files.readString(file)).contains("half ");
    }

    @Test
    void manyWritersOfOneFileNeverLeaveHalfAReport() throws Exception {
        Path file = directory.resolve("s.json");
        ReportFile writer = ReportFile.at(file);
        writer.onFinished(clean());
        ObjectMapper json = new ObjectMapper();
        IntStream.range(0, 200).parallel().forEach(i -> {
            writer.onFinished(report("step", "x".repeat(i * 100)));
            try {
                assertThat(json.readTree(Files.readString(file)).get("phases")).hasSize(1);
            } catch (IOException half) {
                throw new AssertionError(half);
            }
        });
        assertThat(directory.toFile().list()).containsExactly("s.json");
    }
}
