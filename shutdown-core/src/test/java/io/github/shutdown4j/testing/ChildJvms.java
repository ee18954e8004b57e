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
 * Lets a test start an application in a JVM of its own, end it as the world does, and look at how it went.
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
 * <p>As an instance field it kills what is left at the end of each test; as a static field, at the end of the class, so
 * that tests may share a child. When a test fails, the output of its children is printed to standard error.
 *
 * <p><b>How the test learns of the phases.</b> The child is started with {@code -Dshutdown4j.report=FILE}, which makes
 * every coordinator in it write its report there when it is done; see {@code ReportFile}. So the application need not
 * log or print anything. A process that is halted or killed has no report. If a process has several coordinators, the
 * last that ends counts.
 *
 * <p>Needs a system with {@code /bin/sh} and {@code kill}: Linux, macOS. JUnit Jupiter is all that it needs beside. Tests
 * that run at the same time may use one as an instance field each.
 */
public final class ChildJvms implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private final List<ChildJvm> children = new CopyOnWriteArrayList<>();
    private final List<Path> folders = new CopyOnWriteArrayList<>();
    private volatile boolean shared;

    /** No child yet. */
    public ChildJvms() {}

    /** An application that is started by its main class, with the class path of the test. */
    public ChildJvmLauncher main(Class<?> main) {
        return prepared(new ChildJvmLauncher("-cp", System.getProperty("java.class.path"), main.getName()));
    }

    /** An application that is started by {@code java -jar}. */
    public ChildJvmLauncher jar(Path jar) {
        return prepared(new ChildJvmLauncher("-jar", jar.toAbsolutePath().toString()));
    }

    private ChildJvmLauncher prepared(ChildJvmLauncher launcher) {
        try {
            Path folder = Files.createTempDirectory("shutdown4j-");
            folders.add(folder);
            return launcher.reportingTo(folder.resolve("report.json")).onStart(children::add);
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
        for (Path folder : folders) {
            try {
                Files.deleteIfExists(folder.resolve("report.json"));
                Files.deleteIfExists(folder);
            } catch (IOException left) {
                System.err.println("cannot delete " + folder + ": " + left);
            }
        }
        folders.clear();
    }
}
