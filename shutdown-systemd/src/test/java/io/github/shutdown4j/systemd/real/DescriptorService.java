package io.github.shutdown4j.systemd.real;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

import io.github.shutdown4j.systemd.ActivatedSocket;
import io.github.shutdown4j.systemd.DescriptorProbe;
import io.github.shutdown4j.systemd.PassedDescriptor;
import io.github.shutdown4j.systemd.SystemdMessage;
import io.github.shutdown4j.systemd.SystemdNotifier;

/**
 * Stores both ends of a pipe and one end of another in systemd, removes the latter, and prints the descriptors passed
 * at its start. A listening socket and a datagram socket are stored as channels.
 */
public final class DescriptorService {

    private DescriptorService() {}

    public static void main(String[] args) throws Exception {
        System.out.println("LISTEN_FDS " + System.getenv("LISTEN_FDS") + " " + System.getenv("LISTEN_FDNAMES"));
        SystemdNotifier notifier = SystemdNotifier.fromEnvironment();
        for (ActivatedSocket socket : ActivatedSocket.fromEnvironment()) {
            System.out.println("back " + socket.name() + " " + socket.address());
        }
        for (PassedDescriptor passed : PassedDescriptor.fromEnvironment()) {
            String kind = passed.channel() instanceof DatagramChannel ? "datagrams" : "file";
            System.out.println("back " + passed.name() + " " + kind + " " + passed.description());
        }
        if (System.getenv("LISTEN_FDS") == null) {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("listening " + server.getLocalAddress() + " " + notifier.storeDescriptor("web", server));
            DatagramChannel datagrams = DatagramChannel.open();
            datagrams.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("datagrams " + notifier.storeDescriptor("log", datagrams));
        }
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
