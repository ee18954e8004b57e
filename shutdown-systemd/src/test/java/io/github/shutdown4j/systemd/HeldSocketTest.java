package io.github.shutdown4j.systemd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledOnOs(OS.LINUX)
class HeldSocketTest {

    /** A number that no descriptor of this process reaches by itself. */
    private static final int HANDED = 900;

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void aSocketThatWasHandedOverIsServedInBothModesAndOutlivesItsChannel(StandardProtocolFamily family)
            throws Exception {
        String host = family == StandardProtocolFamily.INET ? "127.0.0.1" : "::1";
        try (ServerSocketChannel owner = ServerSocketChannel.open(family)) {
            owner.bind(new InetSocketAddress(InetAddress.getByName(host), 0), 10);
            InetSocketAddress address = (InetSocketAddress) owner.getLocalAddress();
            for (int i = 0; i < 2; i++) { // the second time as after a restart
                assertThat(LibC.dup3(SocketAdoption.descriptorOf(owner), HANDED, 0))
                        .isEqualTo(HANDED);
                try (Socket early = new Socket(address.getAddress(), address.getPort())) {
                    HeldSocket held = SocketAdoption.adopt(HANDED, "web").orElseThrow();
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
    void whatIsNoListeningSocketIsLeftAsItIs() throws Exception {
        int[] pipe = DescriptorProbe.pipe();
        int datagrams = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.CLOEXEC, 0);
        for (int descriptor : new int[] {pipe[0], datagrams}) {
            assertThat(SocketAdoption.adopt(descriptor, "x")).isEqualTo(Optional.empty());
            assertThat(LibC.close(descriptor)).isZero();
        }
        assertThat(SocketAdoption.adopt(HANDED, "closed")).isEmpty();
        LibC.close(pipe[1]);
    }

    @Test
    void aListeningUnixSocketIsLeftAsItIs() throws Exception {
        try (ServerSocketChannel owner = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                CapturedLogs logs = CapturedLogs.open()) {
            Path path = Files.createTempDirectory("held").resolve("socket");
            owner.bind(UnixDomainSocketAddress.of(path));
            int descriptor = -1;
            for (int candidate = 3; candidate < 400 && descriptor < 0; candidate++) {
                int[] listening = new int[1];
                int failed = LibC.getsockopt(
                        candidate, LibC.SOL_SOCKET, LibC.SO_ACCEPTCONN, listening, new int[] {Integer.BYTES});
                descriptor = failed == 0 && listening[0] == 1 ? candidate : -1;
            }
            assertThat(descriptor).isPositive();
            assertThat(SocketAdoption.adopt(descriptor, "unix")).isEmpty();
            assertThat(logs.texts(Level.INFO)).hasSize(1).first().asString().contains("no TCP socket");
            assertThat(owner.isOpen()).isTrue();
            Files.delete(path);
            Files.delete(path.getParent());
        }
    }

    @Test
    void withoutSystemdThereIsNone() throws Exception {
        assertThat(SocketAdoption.adoptAll(new SystemdEnvironment(Map.of(), 42, true)))
                .isEmpty();
        assertThat(SocketAdoption.adoptAll(
                        new SystemdEnvironment(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "42"), 42, false)))
                .isEmpty();
    }

    @Test
    void nonsenseIsOneWarningAndNoSocket() throws Exception {
        for (Map<String, String> variables : List.of(
                Map.of("LISTEN_FDS", "1"),
                Map.of("LISTEN_FDS", "1", "LISTEN_PID", "43"),
                Map.of("LISTEN_FDS", "many", "LISTEN_PID", "42"))) {
            try (CapturedLogs logs = CapturedLogs.open()) {
                assertThat(SocketAdoption.adoptAll(new SystemdEnvironment(variables, 42, true)))
                        .isEmpty();
                assertThat(logs.lines()).hasSize(1);
                assertThat(logs.texts(Level.WARN)).hasSize(1);
            }
        }
    }
}
