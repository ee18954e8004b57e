package io.github.shutdown4j.systemd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Programs that native code starts inherit no descriptor of ours. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class CloseOnExecTest {

    /** A number above all descriptors of this process. */
    private static final int HANDED = 901;

    @TempDir
    Path directory;

    @Test
    void aDescriptorWithoutTheFlagIsSeen() throws Exception {
        int plain = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM, 0);
        assertThat(OpenDescriptors.closesOnExec(plain)).isFalse();
        LibC.close(plain);
    }

    @Test
    void theNotifySocketClosesOnExec() throws Exception {
        NotifyAddress address = NotifyAddress.parse(directory.resolve("notify").toString());
        LibC.close(-1); // loaded from here on
        Map<Integer, String> before = OpenDescriptors.of("socket:");
        try (UnixNotifySocket socket = new UnixNotifySocket(address)) {
            assertThat(closesOnExec(onlyNew("socket:", before))).isTrue();
            assertThat(socket.send(new byte[1])).isNotEqualTo(NotifySocket.OK); // it is reachable until here
        }
    }

    @Test
    void thePipeOfABarrierClosesOnExec() throws Exception {
        try (ManagerStub manager =
                        ManagerStub.thatDoesNotRead(directory.resolve("notify")).closingDescriptors();
                SystemdNotifier notifier = manager.notifier()) {
            notifier.send(SystemdMessage.ready()); // the native code is loaded, and the socket open
            Map<Integer, String> before = OpenDescriptors.of("pipe:");
            CompletableFuture<NotifyResult> barrier =
                    CompletableFuture.supplyAsync(() -> notifier.barrier(Duration.ofSeconds(30)));
            AtomicReference<Map<Integer, String>> found = new AtomicReference<>(Map.of());
            // The end that is passed is closed here as soon as it is sent.
            Awaitility.await().until(() -> {
                found.set(onlyNew("pipe:", before));
                return found.get().size() == 1;
            });
            assertThat(closesOnExec(found.get())).isTrue();
            manager.startReading();
            assertThat(barrier.get(60, TimeUnit.SECONDS).isSent()).isTrue();
        }
    }

    @Test
    void theChannelOfAnActivatedSocketClosesOnExec() throws Exception {
        try (ServerSocketChannel owner = ServerSocketChannel.open()) {
            owner.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
            int owned = Descriptors.of(owner);
            assertThat(LibC.dup3(owned, HANDED, 0)).isEqualTo(HANDED); // without the flag, as systemd hands it over
            ActivatedSocket held = SocketActivation.activate(HANDED, "web").orElseThrow();
            Map<Integer, String> sockets = OpenDescriptors.of("socket:");
            String socket = sockets.remove(owned);
            sockets.values().removeIf(other -> !other.equals(socket));
            assertThat(closesOnExec(sockets)).isTrue();
            held.channel().close();
        }
    }

    private static Map<Integer, String> onlyNew(String kind, Map<Integer, String> before) throws Exception {
        Map<Integer, String> now = OpenDescriptors.of(kind);
        now.keySet().removeAll(before.keySet());
        return now;
    }

    private static boolean closesOnExec(Map<Integer, String> one) throws Exception {
        assertThat(one).hasSize(1);
        return OpenDescriptors.closesOnExec(one.keySet().iterator().next());
    }
}
