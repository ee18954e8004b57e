package io.github.shutdown4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts an application in a separate JVM, sends it signals, and checks its shutdown.
 *
 * <pre>{@code
 * @RegisterExtension
 * final ChildJvms jvms = new ChildJvms();
 *
 * @Test
 * void answersWhatItHasAccepted() {
 *     ChildJvm shop = jvms.main(Shop.class).args("--slow").start();
 *     shop.awaitLine("open");
 *     assertThat(shop.signal("TERM").awaitExit())
 *             .hasExitCode(0)
 *             .ranPhasesInOrder()
 *             .ranInOrder("orders", "database")
 *             .abandonedNothing()
 *             .tookBetween(ofMillis(100), ofSeconds(5));
 * }
 * }</pre>
 *
 * <p>As an instance field it kills remaining children at the end of each test; as a static field, at the end of the class, so
 * that tests can share a child. If a test fails, the output of its children is printed to standard error.
 *
 * <p><b>Reports.</b> The child is started with {@code -Dshutdown4j.report=FILE}, so every coordinator in it writes its report
 * to that file at the end; see {@code ReportFile}. The application need not log or print anything. A process that is halted or
 * killed has no report. If a process has several coordinators, the last report counts.
 *
 * <p>Needs {@code /bin/sh} and {@code kill} (Linux, macOS), and JUnit Jupiter. Concurrent tests can each use an instance field.
 */
public final class ChildJvms implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private final List<ChildJvm> children = new CopyOnWriteArrayList<>();
    private final List<Path> directories = new CopyOnWriteArrayList<>();
    private volatile boolean shared;

    /** No child yet. */
    public ChildJvms() {}

    /** Returns a launcher of a main class, with the class path of the test. */
    public ChildJvmLauncher main(Class<?> main) {
        return prepared(new ChildJvmLauncher("-cp", System.getProperty("java.class.path"), main.getName()));
    }

    /** Returns a launcher of {@code java -jar}. */
    public ChildJvmLauncher jar(Path jar) {
        return prepared(new ChildJvmLauncher("-jar", jar.toAbsolutePath().toString()));
    }

    private ChildJvmLauncher prepared(ChildJvmLauncher launcher) {
        try {
            Path directory = Files.createTempDirectory("shutdown4j-");
            directories.add(directory);
            return launcher.reportingTo(directory.resolve("report.json")).onStart(children::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            children.forEach(
                    child -> System.err.println("output of " + child + ":\n" + ChildOutput.text(child.lines())));
        }
        if (!shared) {
            closeAll();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeAll();
    }

    private void closeAll() {
        children.forEach(ChildJvm::close);
        children.clear();
        for (Path directory : directories) {
            try {
                Files.deleteIfExists(directory.resolve("report.json"));
                Files.deleteIfExists(directory);
            } catch (IOException left) {
                System.err.println("cannot delete " + directory + ": " + left);
            }
        }
        directories.clear();
    }
}
