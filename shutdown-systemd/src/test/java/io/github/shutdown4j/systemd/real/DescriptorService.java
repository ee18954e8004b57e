package io.github.shutdown4j.systemd.real;

import java.time.Duration;

import io.github.shutdown4j.systemd.DescriptorProbe;
import io.github.shutdown4j.systemd.SystemdMessage;
import io.github.shutdown4j.systemd.SystemdNotifier;

/** Has systemd keep both ends of a pipe and one of another, takes that back, and prints what its start was handed. */
public final class DescriptorService {

    private DescriptorService() {}

    public static void main(String[] args) throws Exception {
        System.out.println("LISTEN_FDS " + System.getenv("LISTEN_FDS") + " " + System.getenv("LISTEN_FDNAMES"));
        SystemdNotifier notifier = SystemdNotifier.fromEnvironment();
        int[] kept = DescriptorProbe.pipe();
        int[] dropped = DescriptorProbe.pipe();
        notifier.storeDescriptor("kept", kept[0]);
        notifier.storeDescriptor("kept", kept[1]);
        notifier.storeDescriptor("dropped", dropped[1]);
        notifier.removeDescriptors("dropped");
        System.out.println("barrier " + notifier.barrier(Duration.ofSeconds(5)));
        notifier.send(SystemdMessage.ready());
        Thread.sleep(60_000);
        System.out.println(kept[0] + dropped[0]);
    }
}
