package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.config.ShutdownConfig;

/** Every example that docs/systemd.md and the Javadoc print; {@link SnippetsTest} compares them. Nothing here is run. */
final class Snippets {

    interface Health {
        boolean isLive();
    }

    private Health health;
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
}
