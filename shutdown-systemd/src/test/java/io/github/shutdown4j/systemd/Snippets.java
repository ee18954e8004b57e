package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.config.ShutdownConfig;

/** Every example that docs/systemd.md and the Javadoc print; {@link SnippetsTest} compares them. Nothing here is run. */
final class Snippets {

    interface Health {
        boolean isLive();
    }

    interface EventLoop {
        boolean isResponsive();
    }

    private Health health;
    private EventLoop eventLoop;
    private final ShutdownConfig config = ShutdownConfig.fromEnvironment();

    ShutdownCoordinatorBuilder attach() {
        return ShutdownCoordinator.builder().config(config).listener(SystemdListener.fromEnvironment(config));
    }

    ShutdownCoordinatorBuilder attachWithoutConfiguration() {
        return ShutdownCoordinator.builder().listener(SystemdListener.fromEnvironment());
    }

    SystemdListener watchdog() {
        return SystemdListener.builder()
                .config(config)
                .watchdog(w -> w.healthCheck(health::isLive))
                .build();
    }

    SystemdNotifier ready() {
        SystemdNotifier systemd = SystemdNotifier.fromEnvironment();
        systemd.send(SystemdMessage.ready().and(SystemdMessage.status("serving")));
        return systemd;
    }

    SystemdWatchdog heartbeats(SystemdNotifier systemd) {
        systemd.send(SystemdMessage.ready());
        SystemdWatchdog watchdog =
                SystemdWatchdog.builder(systemd).healthCheck(health::isLive).startFromEnvironment();
        return watchdog;
    }

    ServerSocketChannel held() throws IOException {
        List<ActivatedSocket> held = ActivatedSocket.fromEnvironment(); // empty if there is no socket unit
        ServerSocketChannel channel =
                held.isEmpty() ? bindOurselves() : held.get(0).channel();
        return channel;
    }

    private static ServerSocketChannel bindOurselves() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(8080));
    }

    void extension(SystemdNotifier systemd) {
        systemd.send(
                SystemdMessage.extendTimeout(Duration.ofMinutes(2)).and(SystemdMessage.status("migrating the schema")));
    }

    SystemdListener extensions() {
        SystemdListener listener = SystemdListener.builder()
                .startExtension(Duration.ofSeconds(70)) // more than the start timeout of one service
                .stopExtensionCap(Duration.ofMinutes(2))
                .build();
        return listener;
    }

    SystemdWatchdog triggered(SystemdNotifier systemd) {
        SystemdWatchdog watchdog = SystemdWatchdog.builder(systemd)
                .healthCheck(eventLoop::isResponsive)
                .triggerWhenUnhealthy() // restart at once
                .startFromEnvironment();
        return watchdog;
    }

    SystemdListener policy() {
        return SystemdListener.builder()
                .watchdog(w -> w.policy(WatchdogPolicy.DISABLE_ON_STOP))
                .build();
    }

    void barrier(SystemdNotifier systemd) {
        if (systemd.barrier(Duration.ofSeconds(5)) instanceof NotifyResult.Failed failed) {
            System.err.println("systemd may have missed a message: " + failed.why());
        }
    }

    void access(SystemdNotifier systemd) {
        systemd.send(SystemdMessage.notifyAccess(NotifyAccess.ALL)); // until a child process has taken over
    }

    FileChannel journal() throws IOException {
        for (PassedDescriptor passed : PassedDescriptor.fromEnvironment()) {
            if (passed.name().equals("journal")) {
                return (FileChannel) passed.channel(); // stored by the previous run
            }
        }
        return FileChannel.open(Path.of("journal"), StandardOpenOption.APPEND);
    }
}
