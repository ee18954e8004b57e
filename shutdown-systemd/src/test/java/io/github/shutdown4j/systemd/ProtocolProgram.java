package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.OwnThreads;

/**
 * A service as a user would write it: it stores one descriptor in systemd and waits for its signal. Its messages do not
 * depend on the speed of the machine: the start waits until the message about it has been sent, and the extension that
 * it requests is long enough for one request.
 */
final class ProtocolProgram {

    private ProtocolProgram() {}

    public static void main(String[] args) throws Exception {
        SystemdListener listener =
                SystemdListener.builder().stopExtension(Duration.ofMinutes(4)).build();
        NotifyResult stored = listener.notifier().storeDescriptor("cache", DescriptorProbe.pipe()[1]);
        if (!stored.isSent()) {
            throw new IllegalStateException(stored.toString());
        }
        CountDownLatch awaited = new CountDownLatch(1);
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .listener(listener)
                .listener(new ShutdownListener() {
                    @Override
                    public void onWaiting(List<String> services) {
                        awaited.countDown();
                    }
                })
                .services(ServiceGroup.builder()
                        .add("http", Service.of(() -> awaited.await(), () -> {}))
                        .build())
                .build();
        OwnThreads.keepExitForListeners(coordinator); // which send the last status
        coordinator.run();
    }
}
