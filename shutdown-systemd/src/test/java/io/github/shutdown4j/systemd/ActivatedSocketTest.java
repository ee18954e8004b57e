package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class ActivatedSocketTest {

    /** A number above all descriptors of this process. */
    private static final int HANDED = 900;

    private static final SocketActivation.Passed NOTHING = new SocketActivation.Passed(List.of(), List.of());

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void aPassedSocketIsServedInBothModesAndOutlivesItsChannel(StandardProtocolFamily family) throws Exception {
        String host = family == StandardProtocolFamily.INET ? "127.0.0.1" : "::1";
        try (ServerSocketChannel owner = ServerSocketChannel.open(family)) {
            owner.bind(new InetSocketAddress(InetAddress.getByName(host), 0), 10);
            InetSocketAddress address = (InetSocketAddress) owner.getLocalAddress();
            for (int i = 0; i < 2; i++) { // the second time as after a restart
                assertThat(LibC.dup3(Descriptors.of(owner), HANDED, 0)).isEqualTo(HANDED);
                try (Socket early = new Socket(address.getAddress(), address.getPort())) {
                    ActivatedSocket held =
                            SocketActivation.activate(HANDED, "web").orElseThrow();
                    assertThat(held.name()).isEqualTo("web");
                    assertThat(held.address()).isEqualTo(address);
                    assertThat(held.channel().isBlocking()).isTrue();
                    assertThat(LibC.close(HANDED)).isEqualTo(-1);
                    try (SocketChannel accepted = held.channel().accept()) {
                        assertThat(accepted.getRemoteAddress()).isEqualTo(early.getLocalSocketAddress());
                    }
                    try (Selector selector = Selector.open();
                            Socket late = new Socket(address.getAddress(), address.getPort())) {
                        held.channel().configureBlocking(false);
                        held.channel().register(selector, SelectionKey.OP_ACCEPT);
                        assertThat(selector.select(5000)).isEqualTo(1);
                        try (SocketChannel accepted = held.channel().accept()) {
                            assertThat(accepted.getRemoteAddress()).isEqualTo(late.getLocalSocketAddress());
                        }
                        assertThat(held.channel().accept()).isNull();
                    }
                    held.channel().close();
                }
            }
        }
    }

    @Test
    void descriptorsThatAreNotListeningSocketsAreUnchanged() throws Exception {
        int[] pipe = DescriptorProbe.pipe();
        int datagrams = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.CLOEXEC, 0);
        for (int descriptor : new int[] {pipe[0], datagrams}) {
            assertThat(SocketActivation.activate(descriptor, "x")).isEqualTo(Optional.empty());
            assertThat(LibC.close(descriptor)).isZero();
        }
        assertThat(SocketActivation.activate(HANDED, "closed")).isEmpty();
        LibC.close(pipe[1]);
    }

    @Test
    void aListeningUnixSocketIsServedAndOutlivesItsChannel(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel owner = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            owner.bind(address);
            for (int i = 0; i < 2; i++) { // the second time as after a restart
                assertThat(LibC.dup3(Descriptors.of(owner), HANDED, 0)).isEqualTo(HANDED);
                ActivatedSocket socket =
                        SocketActivation.activate(HANDED, "unix").orElseThrow();
                assertThat(socket.address()).isEqualTo(address);
                assertThatThrownBy(socket::port).isInstanceOf(IllegalStateException.class);
                try (SocketChannel client = SocketChannel.open(address);
                        SocketChannel accepted = socket.channel().accept()) {
                    client.write(ByteBuffer.wrap(new byte[] {'!'}));
                    ByteBuffer read = ByteBuffer.allocate(1);
                    accepted.read(read);
                    assertThat(read.get(0)).isEqualTo((byte) '!');
                }
                socket.channel().close();
            }
        }
        Files.delete(address.getPath());
        assertThat(directory).isEmptyDirectory(); // and none of the descriptors used to create it
    }

    @Test
    void theSocketOfAChannelThatWasActivatedCanBeStored() throws Exception {
        try (ServerSocketChannel owner = ServerSocketChannel.open()) {
            owner.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int descriptor = Descriptors.of(owner);
            assertThat(LibC.dup3(descriptor, HANDED, 0)).isEqualTo(HANDED);
            ActivatedSocket socket = SocketActivation.activate(HANDED, "web").orElseThrow();
            assertThat(Descriptors.target(Descriptors.of(socket.channel()))).isEqualTo(Descriptors.target(descriptor));
            socket.channel().close();
        }
    }

    @Test
    void aClosedChannelIsNotStoredUnderItsOldNumber() throws Exception {
        try (ServerSocketChannel owner = ServerSocketChannel.open();
                SystemdNotifier notifier = new RecordingSocket(Ticker.system()).notifier()) {
            owner.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(LibC.dup3(Descriptors.of(owner), HANDED, 0)).isEqualTo(HANDED);
            ServerSocketChannel activated =
                    SocketActivation.activate(HANDED, "web").orElseThrow().channel();
            assertThat(notifier.storeDescriptor("web", activated).isSent()).isTrue();
            activated.close();
            assertThat(notifier.storeDescriptor("web", activated))
                    .isInstanceOfSatisfying(NotifyResult.Failed.class, failed -> assertThat(failed.why())
                            .endsWith("is closed"));
        }
    }

    @Test
    void aFailureInTheMiddleClosesWhatWasTakenOverAndIsFinal() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        Map<String, String> variables = new HashMap<>(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "42")) {
            @Override
            public String get(Object name) {
                if (name.equals("INVOCATION_ID") && broken.get()) {
                    throw new IllegalStateException("in the middle");
                }
                return super.get(name);
            }
        };
        SystemdEnvironment environment = new SystemdEnvironment(variables, 42, true);
        SocketActivation activation = new SocketActivation(HANDED);
        try (ServerSocketChannel owner = ServerSocketChannel.open()) {
            owner.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String socket = Descriptors.target(Descriptors.of(owner)).orElseThrow();
            assertThat(LibC.dup3(Descriptors.of(owner), HANDED, 0)).isEqualTo(HANDED);
            assertThatThrownBy(() -> activation.passed(environment)).hasMessage("in the middle");
            assertThat(OpenDescriptors.of(socket)).hasSize(1); // the owner's
            // By now the number belongs to another descriptor.
            broken.set(false);
            assertThat(LibC.dup3(Descriptors.of(owner), HANDED, 0)).isEqualTo(HANDED);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> activation.passed(environment))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("in the middle");
            }
            assertThat(Descriptors.target(HANDED)).contains(socket);
            LibC.close(HANDED);
        }
    }

    private static SocketActivation.Passed passed(SystemdEnvironment environment) throws IOException {
        return new SocketActivation(HANDED).passed(environment);
    }

    @Test
    void withoutSystemdThereIsNone() throws Exception {
        assertThat(passed(new SystemdEnvironment(Map.of(), 42, true))).isEqualTo(NOTHING);
        assertThat(passed(new SystemdEnvironment(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "42"), 42, false)))
                .isEqualTo(NOTHING);
    }

    @Test
    void nonsenseIsOneWarningAndNoSocket() throws Exception {
        for (Map<String, String> variables : List.of(
                Map.of("LISTEN_FDS", "1"),
                Map.of("LISTEN_FDS", "1", "LISTEN_PID", "43"),
                Map.of("LISTEN_FDS", "many", "LISTEN_PID", "42"))) {
            try (CapturedLogs logs = CapturedLogs.open()) {
                assertThat(passed(new SystemdEnvironment(variables, 42, true))).isEqualTo(NOTHING);
                assertThat(logs.lines()).hasSize(1);
                assertThat(logs.texts(Level.WARN)).hasSize(1);
            }
        }
    }

    /** A number that somebody has set by hand must not be counted to the end, nor fill the memory. */
    @Test
    void moreThanAreOpenIsOneWarningAndTheOpenOnesAreTakenOver() throws Exception {
        try (ServerSocketChannel owner = ServerSocketChannel.open();
                CapturedLogs logs = CapturedLogs.open()) {
            owner.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(LibC.dup3(Descriptors.of(owner), HANDED, 0)).isEqualTo(HANDED);
            SocketActivation.Passed passed = passed(new SystemdEnvironment(
                    Map.of("LISTEN_FDS", Integer.toString(Integer.MAX_VALUE), "LISTEN_PID", "42"), 42, true));
            assertThat(passed.others()).isEmpty();
            assertThat(passed.sockets()).hasSize(1);
            passed.sockets().get(0).channel().close();
            assertThat(logs.texts(Level.WARN))
                    .containsExactly(
                            "systemd: LISTEN_FDS is 2147483647, but descriptor 901 is closed: only 1 can be taken"
                                    + " over");
        }
    }
}
