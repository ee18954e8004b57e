package io.github.shutdown4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.ShutdownTimeline;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Writes the report to a file after the last phase, just before the process exits. The file name extension determines the
 * format:
 *
 * <table>
 * <caption>Formats</caption>
 * <tr><td>{@code .html}</td><td>{@link ShutdownTimeline#toHtml()}, for a browser</td></tr>
 * <tr><td>{@code .svg}</td><td>{@link ShutdownTimeline#toSvg()}</td></tr>
 * <tr><td>{@code .json}</td><td>{@link ShutdownReport#toJson()}, for programs</td></tr>
 * <tr><td>{@code .txt}</td><td>{@link ShutdownReport#toText()} and {@link ShutdownTimeline#toText()}</td></tr>
 * </table>
 *
 * <pre>{@code
 * ShutdownCoordinator.builder()
 *         .listener(ReportFile.at(Path.of("/var/log/shop/shutdown-%t-%p.json")))
 *         .build();
 * }</pre>
 *
 * <p>In the file name, {@code %p} stands for the process id and {@code %t} for the time of the request, such as
 * {@code 2026-11-21T02-09-11Z}. Missing directories are created. An existing file is replaced, atomically if the file
 * system supports it. The encoding is UTF-8.
 *
 * <p><b>Without changing the program:</b> in a JVM that is started with {@code -Dshutdown4j.report=FILE}, every coordinator
 * has such a listener. The tools in {@code io.github.shutdown4j.testing} use this to read the phases of a process.
 *
 * <p><b>Limits.</b> A process that is halted or killed writes no report. If the file cannot be written, that is logged and
 * nothing else changes. Like any listener, a slow disk delays the exit by at most one second.
 */
public final class ReportFile implements ShutdownListener {

    /** System property with the file for every coordinator of the process. */
    public static final String PROPERTY = "shutdown4j.report";

    private static final ComponentLogger REPORT_LOG = new ComponentLogger(ReportFile.class, "Report");

    private static final AtomicLong DRAFTS = new AtomicLong();

    private final Path file;
    private final Function<ShutdownReport, String> format;

    private ReportFile(Path file, Function<ShutdownReport, String> format) {
        this.file = file;
        this.format = format;
        var unused = format.apply(sample()); // loads the classes now instead of during the shutdown
    }

    /**
     * Creates a listener that writes to {@code file}, resolved against the current working directory.
     *
     * @throws IllegalArgumentException if the extension is none of the table
     */
    public static ReportFile at(Path file) {
        Path name = Checks.notNull("file", file).getFileName();
        String text = name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
        Function<ShutdownReport, String> format;
        if (text.endsWith(".html")) {
            format = report -> report.timeline().toHtml();
        } else if (text.endsWith(".svg")) {
            format = report -> report.timeline().toSvg();
        } else if (text.endsWith(".json")) {
            format = ShutdownReport::toJson;
        } else if (text.endsWith(".txt")) {
            format = ReportFile::asText;
        } else {
            throw new IllegalArgumentException("file must end in .html, .svg, .json or .txt, was \"" + file + "\"");
        }
        return new ReportFile(file.toAbsolutePath(), format);
    }

    /** The listener for {@link #PROPERTY}, if set; an invalid value is logged. */
    static Optional<ReportFile> fromProperty() {
        String value = System.getProperty(PROPERTY, "");
        if (value.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(at(Path.of(value)));
        } catch (IllegalArgumentException invalid) {
            REPORT_LOG.warn("no file will be written, because of -D{}: {}", PROPERTY, invalid.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void onFinished(ShutdownReport report) {
        Path target = resolve(report);
        try {
            write(target, format.apply(report));
            REPORT_LOG.debug("written to {}", target);
        } catch (IOException | RuntimeException | Error failure) {
            REPORT_LOG.warn("cannot write {}: {}", target, Failures.text(failure));
        }
    }

    private Path resolve(ShutdownReport report) {
        String time = Instant.ofEpochSecond(report.requestedAt().getEpochSecond())
                .toString()
                .replace(':', '-');
        String name = String.valueOf(file.getFileName())
                .replace("%p", Long.toString(ProcessHandle.current().pid()))
                .replace("%t", time);
        return file.resolveSibling(name);
    }

    private static void write(Path target, String text) throws IOException {
        Path directory = target.getParent();
        // Before JDK 20, createDirectories fails if the directory is a link.
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        // Files.writeString throws on an unpaired surrogate by default.
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // A unique name: another process may be writing the same file.
        Path draft = target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid() + "-" + DRAFTS.incrementAndGet() + ".tmp");
        try {
            Files.write(draft, bytes);
            publish(draft, target);
        } catch (IOException | RuntimeException | Error failure) {
            discard(draft, failure);
            throw failure;
        }
    }

    private static void publish(Path draft, Path target) throws IOException {
        try {
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException rare) {
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path draft, Throwable failure) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException left) {
            failure.addSuppressed(left);
        }
    }

    private static String asText(ShutdownReport report) {
        String end = System.lineSeparator();
        return report.toText() + end + end + report.timeline().toText() + end;
    }

    /** A report with one step, from which every format can be rendered. */
    private static ShutdownReport sample() {
        List<StepResult> steps = List.of(StepResult.timedOut(
                "none",
                Duration.ZERO,
                Duration.ZERO,
                "",
                List.of(UnfinishedWork.of("none", Duration.ZERO, Thread.currentThread()))));
        return ShutdownReport.of(
                new ShutdownReason.JvmExiting(),
                Instant.EPOCH,
                Duration.ZERO,
                true,
                List.of(new PhaseReport(ShutdownPhase.DRAIN, Duration.ZERO, Duration.ZERO, Duration.ZERO, steps)));
    }
}
