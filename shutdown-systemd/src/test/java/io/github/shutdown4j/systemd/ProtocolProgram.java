package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * A service as its user writes it, which hands one descriptor to systemd and waits for its signal. What it tells does not
 * depend on how fast the machine is: its start waits until somebody has been told of that, and the time that it asks for
 * is so long that it need not ask twice.
 */
final class ProtocolProgram {

    private ProtocolProgram() {}

    public static void main(String[] args) throws Exception {
        SystemdListener listener =
                SystemdListener.builder().extension(Duration.ofMinutes(4)).build();
        NotifyResult stored = listener.notifier().storeDescriptor("cache", DescriptorProbe.pipe()[1]);
        if (!stored.isSent()) {
            throw new IllegalStateException(stored.toString());
        }
        CountDownLatch awaited = new CountDownLatch(1);
        ShutdownCoordinator.builder()
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
                .build()
                .run();
    }
}
