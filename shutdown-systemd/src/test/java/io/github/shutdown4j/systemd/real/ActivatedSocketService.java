package io.github.shutdown4j.systemd.real;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.systemd.ActivatedSocket;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.trigger.ShutdownReason;

/** Answers each connection with its process id, on the socket passed by systemd; finishes those it has accepted. */
public final class ActivatedSocketService {

    private ActivatedSocketService() {}

    public static void main(String[] args) throws Exception {
        SystemdListener listener = SystemdListener.fromEnvironment();
        ActivatedSocket held = ActivatedSocket.fromEnvironment().get(0);
        System.out.println("held " + held.name() + " " + held.port());
        ServerSocketChannel channel = held.channel();
        Signals.handle("TERM", () -> close(channel));
        ExecutorService workers = Executors.newFixedThreadPool(8);
        listener.onReady();
        try {
            while (true) {
                SocketChannel client = channel.accept();
                workers.execute(() -> answer(client));
            }
        } catch (ClosedChannelException stopped) {
            listener.onShutdown(new ShutdownReason.Requested("TERM"));
        }
        workers.shutdown();
        boolean done = workers.awaitTermination(10, TimeUnit.SECONDS);
        System.out.println("drained " + done);
        System.exit(0);
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void answer(SocketChannel client) {
        try (client) {
            client.read(ByteBuffer.allocate(64));
            String pid = Long.toString(ProcessHandle.current().pid());
            client.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.io.IOException e) {
            e.printStackTrace();
        }
    }
}
