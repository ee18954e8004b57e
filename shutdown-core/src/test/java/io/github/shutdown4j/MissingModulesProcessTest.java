package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.HttpServerFilter;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static org.assertj.core.api.Assertions.assertThat;

/** What the library does without the modules of the JDK that are optional. */
@Timeout(180)
class MissingModulesProcessTest {

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    @Test
    void mxBeanWithoutItsModuleIsRefusedAndAllElseContinues() {
        List<String> output = output("java.base,jdk.unsupported");
        assertThat(output).hasSize(4);
        assertThat(output.get(0))
                .isEqualTo(output.get(1))
                .startsWith("IllegalStateException: mxBean(\"program\") needs"
                        + " the module java.management, which this process does not have");
        assertThat(output.get(2)).startsWith("NoClassDefFoundError: com/sun/net/httpserver/");
        assertThat(output.get(3)).isEqualTo("ended with 0");
    }

    @Test
    void mxBeanNeedsNoMoreThanItsModule() {
        assertThat(output("java.base,jdk.unsupported,java.management,jdk.httpserver"))
                .containsExactly(
                        "built",
                        "IllegalStateException: mxBean was given before; a coordinator has one",
                        "built",
                        "ended with 0");
    }

    private List<String> output(String modules) {
        ChildJvm child =
                jvms.main(Program.class).quick().jvm("--limit-modules", modules).start();
        child.assertExit(0).within(Duration.ZERO, Duration.ofSeconds(60));
        return child.out();
    }

    /** Asks twice for a bean: the JVM reports a class that it cannot link differently the second time. */
    static final class Program {

        public static void main(String[] args) throws Exception {
            ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder();
            print(() -> builder.mxBean("program"));
            print(() -> builder.mxBean("program"));
            print(() -> HttpServerFilter.of(ConnectionTracker.create("http")));
            ShutdownCoordinator coordinator = builder.returnWhenDone().build();
            coordinator.start();
            coordinator.shutdown("the test");
            System.out.println("ended with " + coordinator.await().exitCode());
        }

        private static void print(Runnable build) {
            try {
                build.run();
                System.out.println("built");
            } catch (IllegalStateException | NoClassDefFoundError refused) {
                System.out.println(refused.getClass().getSimpleName() + ": " + refused.getMessage());
            }
        }
    }
}
