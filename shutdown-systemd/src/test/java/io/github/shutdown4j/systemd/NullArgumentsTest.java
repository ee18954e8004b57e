package io.github.shutdown4j.systemd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class NullArgumentsTest {

    private static void refused(String argument, ThrowingCallable call) {
        assertThatNullPointerException().isThrownBy(call).withMessage(argument + " must not be null");
    }

    @Test
    void nullIsRefusedByAMessageThatNamesTheArgument() throws Exception {
        SocketAddress address = new InetSocketAddress("127.0.0.1", 80);
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            refused("name", () -> new ActivatedSocket(null, channel, address));
            refused("channel", () -> new ActivatedSocket("http", null, address));
            refused("address", () -> new ActivatedSocket("http", channel, null));
        }
        refused("name", () -> new PassedDescriptor(null, 3, "a pipe"));
        refused("description", () -> new PassedDescriptor("in", 3, null));
        refused("other", () -> SystemdMessage.ready().and(null));
        refused("child", () -> SystemdNotifier.hideFrom(null));
        refused("descriptors", () -> SystemdNotifier.fromEnvironment().send(SystemdMessage.ready(), (int[]) null));
    }
}
