package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class PassedDescriptorTest {

    private static final int PASSED = 901;

    /** As systemd passes it: a copy with its own number; the original is closed. */
    private static PassedDescriptor pass(int descriptor) {
        assertThat(LibC.dup3(descriptor, PASSED, 0)).isEqualTo(PASSED);
        return PassedDescriptor.of("kept", PASSED);
    }

    private static int descriptorOf(NetworkChannel channel) throws IOException {
        return Descriptors.of(channel);
    }

    private static String read(ByteChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        channel.read(buffer);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertTakenOver(PassedDescriptor passed) {
        assertThat(Descriptors.target(PASSED)).isEmpty();
        assertThatThrownBy(passed::channel).isInstanceOf(IOException.class).hasMessageContaining("has been taken over");
    }

    @Test
    void aDatagramSocketContinuesToReceive() throws Exception {
        try (DatagramChannel before = DatagramChannel.open();
                DatagramChannel sender = DatagramChannel.open()) {
            before.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            PassedDescriptor passed = pass(descriptorOf(before));
            assertThat(passed.description())
                    .isEqualTo("UDP socket 127.0.0.1:" + ((InetSocketAddress) before.getLocalAddress()).getPort());
            sender.send(bytes("hello"), before.getLocalAddress());
            try (DatagramChannel channel = (DatagramChannel) passed.channel()) {
                ByteBuffer buffer = ByteBuffer.allocate(64);
                assertThat(channel.receive(buffer))
                        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(sender)));
                assertThat(buffer.position()).isEqualTo(5);
            }
            assertTakenOver(passed);
        }
    }

    @Test
    void takingOverTwiceFailsAndLeavesTheNextOwnerOfTheNumberAlone() throws Exception {
        int[] pipe = DescriptorProbe.pipe();
        int[] victim = DescriptorProbe.pipe();
        PassedDescriptor passed = pass(pipe[0]);
        try (Channel channel = passed.channel()) {
            assertThat(LibC.dup3(victim[1], PASSED, 0)).isEqualTo(PASSED); // the number is reused
            assertThatThrownBy(passed::channel)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "descriptor " + PASSED + " (kept) has been taken over; keep the channel of the first call");
            assertThat(channel.isOpen()).isTrue();
            ManagerStub.write(PASSED, "mine");
            assertThat(ManagerStub.readSome(victim[0])).isEqualTo("mine".getBytes(StandardCharsets.US_ASCII));
        } finally {
            for (int descriptor : new int[] {pipe[0], pipe[1], victim[0], victim[1], PASSED}) {
                LibC.close(descriptor);
            }
        }
    }

    @Test
    void whatCouldNotBeTakenOverMayBeTriedAgain() throws Exception {
        int[] pipe = DescriptorProbe.pipe();
        PassedDescriptor passed = PassedDescriptor.of("kept", PASSED);
        assertThatThrownBy(passed::channel).isInstanceOf(IOException.class).hasMessageContaining("is closed");
        assertThat(LibC.dup3(pipe[0], PASSED, 0)).isEqualTo(PASSED);
        passed.channel().close();
        LibC.close(pipe[0]);
        LibC.close(pipe[1]);
    }

    @Test
    void aChannelIsClosedIfTheNumberWasClosedBeforeItCouldBeReplaced() throws Exception {
        PassedDescriptor gone = PassedDescriptor.of("gone", PASSED);
        for (Callable<Channel> way : List.<Callable<Channel>>of(gone::datagrams, gone::stream, gone::file)) {
            assertThatThrownBy(way::call)
                    .isInstanceOf(IOException.class); // the JDK keeps a socket of its own from the first
            Set<String> before = open();
            assertThatThrownBy(way::call).isInstanceOf(IOException.class).hasMessageContaining("EBADF");
            assertThat(before).containsAll(open());
        }
    }

    /** The open descriptors with which a channel can be created. */
    private static Set<String> open() throws IOException {
        Set<String> open = new HashSet<>(OpenDescriptors.of("socket:").values());
        OpenDescriptors.of("/").values().stream()
                .filter(t -> t.contains("passed"))
                .forEach(open::add);
        return open;
    }

    private static int port(NetworkChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Test
    void aConnectionContinues() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
                SocketChannel accepted = server.accept();
                PassedDescriptor passed = pass(descriptorOf(accepted));
                accepted.close();
                client.write(bytes("question"));
                try (SocketChannel channel = (SocketChannel) passed.channel()) {
                    assertThat(read(channel)).isEqualTo("question");
                    channel.write(bytes("answer"));
                    assertThat(read(client)).isEqualTo("answer");
                }
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                assertTakenOver(passed);
            }
        }
    }

    @Test
    void aPipeAndAFileAreReadWhereTheyStood(@TempDir Path directory) throws Exception {
        int[] pipe = DescriptorProbe.pipe();
        PassedDescriptor passed = pass(pipe[0]);
        assertThat(passed.description()).startsWith("pipe:[");
        try (FileChannel channel = (FileChannel) passed.channel()) {
            try (Channel writing = PassedDescriptor.of("w", pipe[1]).channel()) {
                ((FileChannel) writing).write(bytes("through the pipe"));
            }
            assertThat(read(channel)).isEqualTo("through the pipe");
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        LibC.close(pipe[0]);
        assertTakenOver(passed);

        Path file = Files.writeString(directory.resolve("file"), "first second");
        try (FileChannel before = FileChannel.open(file, StandardOpenOption.READ)) {
            before.position(6);
            passed = pass(Descriptors.ofFile(file.toRealPath()));
            assertThat(passed.description()).isEqualTo(file.toRealPath().toString());
            try (FileChannel channel = (FileChannel) passed.channel()) {
                assertThat(read(channel)).isEqualTo("second");
            }
        }
    }
}
