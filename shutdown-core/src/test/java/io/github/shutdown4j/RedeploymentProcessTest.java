package io.github.shutdown4j;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.Probe;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;

/** An application whose class loader is closed as soon as its coordinator has ended, as by a server that replaces it. */
class RedeploymentProcessTest extends CoordinatorProcess {

    /** The code inside the class loader: its start is not over when it is stopped. */
    public static final class Application implements Runnable {

        @Override
        public void run() {
            CountDownLatch stopped = new CountDownLatch(1);
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .returnWhenDone()
                    .service("never ready", Service.of(() -> Probe.await(stopped), () -> stopped.countDown()))
                    .build();
            coordinator.start();
            coordinator.shutdown("the server");
            try {
                coordinator.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static final class Server {

        public static void main(String[] args) throws Exception {
            List<URL> path = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                path.add(Path.of(entry).toUri().toURL());
            }
            try (URLClassLoader loader =
                    new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                Class<?> application = loader.loadClass(Application.class.getName());
                ((Runnable) application.getConstructor().newInstance()).run();
            }
            System.out.println("closed");
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("shutdown4j-preloader")) {
                    thread.join();
                }
            }
        }
    }

    @Test
    void noClassIsLoadedForAShutdownThatIsOver() {
        assertThat(jvms.main(Server.class).quick().logs().start().awaitExit())
                .hasExitCode(0)
                .printed("Shutdown: ended after", "closed")
                .didNotPrint("ClassNotFoundException")
                .didNotPrint("WARN");
    }
}
