package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import org.awaitility.Awaitility;

import io.github.shutdown4j.internal.Ticker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The receiving end of the protocol: a datagram socket of the C library, which records each datagram with the
 * credentials that the kernel attached, its descriptors, and the time. Reads from the start unless configured to wait.
 */
final class ManagerStub implements AutoCloseable {

    record Datagram(String text, byte[] bytes, int pid, List<Integer> descriptors, long nanos) {
        List<String> lines() {
            return List.of(text.split("\n", -1));
        }

        boolean has(String line) {
            return lines().contains(line);
        }

        String value(String name) {
            return lines().stream()
                    .filter(l -> l.startsWith(name + "="))
                    .map(l -> l.substring(name.length() + 1))
                    .findFirst()
                    .orElse("");
        }
    }

    /** For a test that starts several JVMs on a loaded machine; reached only by a test that fails anyway. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int BUFFER = 8192;
    private static final int CONTROL = 512;

    private final String address;
    private final int socket;
    private final List<Datagram> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final Thread reader;
    private volatile boolean closed;
    /** Whether a descriptor is closed as soon as it is received, as systemd does with those of a barrier. */
    private volatile boolean closesDescriptors;

    private ManagerStub(String address) {
        this.address = address;
        socket = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.CLOEXEC, 0);
        byte[] name = NotifyAddress.parse(address).sockaddr();
        if (TestLibC.bind(socket, name, name.length) != 0) {
            throw new IllegalStateException("bind " + address + ": errno " + LibC.errno());
        }
        int on = TestLibC.setsockopt(socket, LibC.SOL_SOCKET, TestLibC.SO_PASSCRED, new int[] {1}, Integer.BYTES);
        if (on != 0) {
            throw new IllegalStateException("SO_PASSCRED: errno " + LibC.errno());
        }
        reader = new Thread(this::read, "manager-stub");
        reader.setDaemon(true);
        reader.start();
    }

    static ManagerStub at(Path socket) {
        return at(socket.toString());
    }

    /** A path, or an abstract name that begins with {@code @}. */
    static ManagerStub at(String address) {
        ManagerStub stub = new ManagerStub(address);
        stub.startReading();
        return stub;
    }

    static ManagerStub thatDoesNotRead(Path socket) {
        return new ManagerStub(socket.toString());
    }

    void startReading() {
        reading.countDown();
    }

    ManagerStub closingDescriptors() {
        closesDescriptors = true;
        return this;
    }

    /** A notifier to this manager, for this process. */
    SystemdNotifier notifier() {
        return notifier(Map.of());
    }

    SystemdNotifier notifier(Map<String, String> more) {
        return notifier(more, Ticker.system());
    }

    SystemdNotifier notifier(Map<String, String> more, Ticker ticker) {
        return SystemdNotifier.fromEnvironment(environment(more), ticker, parsed -> new UnixNotifySocket(parsed));
    }

    SystemdEnvironment environment(Map<String, String> more) {
        Map<String, String> variables = new java.util.HashMap<>(more);
        variables.put("NOTIFY_SOCKET", address);
        return new SystemdEnvironment(variables, ProcessHandle.current().pid(), true);
    }

    List<Datagram> received() {
        return List.copyOf(received);
    }

    List<String> texts() {
        return received.stream().map(Datagram::text).toList();
    }

    /** Waits for the first {@code count} datagrams. */
    List<Datagram> await(int count) {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> received.size() >= count);
        return received();
    }

    /** Waits for a datagram with this text: what a child has sent before its end may not have been read yet. */
    void awaitText(String part) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts())
                .anyMatch(text -> text.contains(part)));
    }

    private void read() {
        try {
            reading.await();
        } catch (InterruptedException e) {
            return;
        }
        Memory block = new Memory(56 + 16 + CONTROL + BUFFER);
        while (!closed) {
            block.clear();
            Pointer iovec = block.share(56);
            Pointer control = block.share(72);
            Pointer data = block.share(72 + CONTROL);
            block.setPointer(16, iovec);
            block.setLong(24, 1);
            block.setPointer(32, control);
            block.setLong(40, CONTROL);
            iovec.setPointer(0, data);
            iovec.setLong(8, BUFFER);
            int length = TestLibC.recvmsg(socket, block, 0x40000000).intValue(); // MSG_CMSG_CLOEXEC
            if (length < 0 || closed) {
                return;
            }
            byte[] bytes = data.getByteArray(0, length);
            int pid = 0;
            List<Integer> descriptors = new ArrayList<>();
            long end = block.getLong(40);
            for (long at = 0; at + 16 <= end; ) {
                long size = control.getLong(at);
                int type = control.getInt(at + 12);
                if (type == TestLibC.SCM_CREDENTIALS) {
                    pid = control.getInt(at + 16);
                } else if (type == TestLibC.SCM_RIGHTS) {
                    for (long d = at + 16; d < at + size; d += 4) {
                        descriptors.add(control.getInt(d));
                    }
                }
                at += (size + 7) / 8 * 8;
            }
            if (closesDescriptors) {
                descriptors.forEach(LibC::close);
            }
            received.add(new Datagram(
                    new String(bytes, StandardCharsets.UTF_8),
                    bytes,
                    pid,
                    List.copyOf(descriptors),
                    System.nanoTime()));
        }
    }

    /** Wakes the reader with a datagram of its own, so that no descriptor is closed under it. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        startReading();
        byte[] name = NotifyAddress.parse(address).sockaddr();
        int sender = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.CLOEXEC, 0);
        LibC.send(sender, new byte[] {'x'}, name);
        LibC.close(sender);
        reader.join(60_000);
        LibC.close(socket);
    }

    static byte[] readSome(int descriptor) {
        byte[] data = new byte[64];
        int length =
                TestLibC.read(descriptor, data, new NativeLong(data.length)).intValue();
        return java.util.Arrays.copyOf(data, Math.max(0, length));
    }

    static void write(int descriptor, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TestLibC.write(descriptor, bytes, new NativeLong(bytes.length));
    }
}
