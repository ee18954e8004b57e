package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The protocol, against a real datagram socket. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class SystemdNotifierTest {

    @TempDir
    Path directory;

    @Test
    void oneMessageIsOneDatagramWithOurCredentials() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            assertThat(notifier.isUnderSystemd()).isTrue();
            assertThat(notifier.send(SystemdMessage.ready().and(SystemdMessage.status("gr\u00fc\u00df dich"))))
                    .isEqualTo(new NotifyResult.Sent());
            assertThat(notifier.send(SystemdMessage.heartbeat()).isSent()).isTrue();

            List<ManagerStub.Datagram> datagrams = manager.await(2);
            assertThat(datagrams).hasSize(2);
            assertThat(datagrams.get(0).bytes())
                    .isEqualTo("READY=1\nSTATUS=gr\u00fc\u00df dich".getBytes(StandardCharsets.UTF_8));
            assertThat(datagrams.get(0).pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(datagrams.get(1).text()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test // scenario 86
    void anAbstractNameIsReachedWithItsExactLength() throws Exception {
        String name = "@shutdown4j-" + UUID.randomUUID();
        try (ManagerStub manager = ManagerStub.at(name);
                SystemdNotifier notifier = manager.notifier()) {
            assertThat(notifier.send(SystemdMessage.ready()).isSent()).isTrue();
            assertThat(manager.await(1).get(0).text()).isEqualTo("READY=1");
        }
    }

    @Test // scenario 86
    void theLongestAddressesWork() throws Exception {
        String path = directory + "/" + "p".repeat(107 - directory.toString().length() - 1);
        String name = "@" + UUID.randomUUID() + "n".repeat(71);
        assertThat(name).hasSize(108);
        for (String address : List.of(path, name)) {
            try (ManagerStub manager = ManagerStub.at(address);
                    SystemdNotifier notifier = manager.notifier()) {
                assertThat(notifier.send(SystemdMessage.ready()).isSent()).isTrue();
                manager.await(1);
            }
        }
    }

    @Test // scenario 88
    void reloadingCarriesTheTimeOfSending() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            SystemdMessage message = SystemdMessage.reloading().and(SystemdMessage.status("reloading"));
            long before = System.nanoTime() / 1000;
            notifier.send(message);
            long after = System.nanoTime() / 1000;
            ManagerStub.Datagram datagram = manager.await(1).get(0);
            assertThat(datagram.has("RELOADING=1")).isTrue();
            assertThat(Long.parseLong(datagram.value("MONOTONIC_USEC"))).isBetween(before - 100, after + 100);
        }
    }

    @Test
    void aDescriptorTravelsAlong() throws Exception {
        int[] pipe = new int[2];
        LibC.pipe2(pipe, LibC.CLOEXEC);
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            assertThat(notifier.storeDescriptor("cache", pipe[1]).isSent()).isTrue();
            ManagerStub.Datagram datagram = manager.await(1).get(0);
            assertThat(datagram.text()).isEqualTo("FDSTORE=1\nFDNAME=cache");
            assertThat(datagram.pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(datagram.descriptors()).hasSize(1);
            ManagerStub.write(datagram.descriptors().get(0), "through");
            assertThat(ManagerStub.readSome(pipe[0])).isEqualTo("through".getBytes(StandardCharsets.UTF_8));
            LibC.close(datagram.descriptors().get(0));

            assertThat(notifier.removeDescriptors("cache").isSent()).isTrue();
            assertThat(manager.await(2).get(1).text()).isEqualTo("FDSTOREREMOVE=1\nFDNAME=cache");
        } finally {
            LibC.close(pipe[0]);
            LibC.close(pipe[1]);
        }
    }

    @Test
    void aDescriptorThatIsNotPolledAndThatOfTheMainProcessTravelAloneInTheirDatagram() throws Exception {
        int[] pipe = new int[2];
        LibC.pipe2(pipe, LibC.CLOEXEC);
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            assertThat(notifier.storeDescriptorUnpolled("cache", pipe[1]).isSent())
                    .isTrue();
            assertThat(notifier.mainPidfd(pipe[1]).isSent()).isTrue(); // only systemd checks whether it is a pidfd
            List<ManagerStub.Datagram> datagrams = manager.await(2);
            assertThat(datagrams)
                    .extracting(ManagerStub.Datagram::text)
                    .containsExactly("FDSTORE=1\nFDNAME=cache\nFDPOLL=0", "MAINPIDFD=1");
            for (ManagerStub.Datagram datagram : datagrams) {
                assertThat(datagram.descriptors()).hasSize(1);
                ManagerStub.write(datagram.descriptors().get(0), "through");
                assertThat(ManagerStub.readSome(pipe[0])).isEqualTo("through".getBytes(StandardCharsets.UTF_8));
                LibC.close(datagram.descriptors().get(0));
            }
        } finally {
            LibC.close(pipe[0]);
            LibC.close(pipe[1]);
        }
    }

    @Test
    void severalDescriptorsTravelInOneDatagram() throws Exception {
        int[] pipe = new int[2];
        LibC.pipe2(pipe, LibC.CLOEXEC);
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            for (int count = 1; count <= 4; count++) {
                int[] many = new int[count];
                Arrays.fill(many, pipe[1]);
                assertThat(notifier.send(SystemdMessage.raw("X_D", "1"), many).isSent())
                        .isTrue();
                List<Integer> arrived = manager.await(count).get(count - 1).descriptors();
                assertThat(arrived).hasSize(count);
                arrived.forEach(LibC::close);
            }
        } finally {
            LibC.close(pipe[0]);
            LibC.close(pipe[1]);
        }
    }

    @Test
    void descriptorsOutOfBoundsAreRefused() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> notifier.storeDescriptor("x", -1))
                    .withMessageContaining("must not be negative");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> notifier.mainPidfd(-1))
                    .withMessageContaining("must not be negative");
            assertThatIllegalArgumentException().isThrownBy(() -> notifier.storeDescriptorUnpolled("a:b", 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> notifier.send(SystemdMessage.ready(), new int[254]))
                    .withMessageContaining("at most 253, were 254");
            NotifyResult result = notifier.storeDescriptor("x", 999_999);
            assertThat(result).isInstanceOfSatisfying(NotifyResult.Failed.class, failed -> assertThat(failed.errno())
                    .isEqualTo(OptionalInt.of(9)));
        }
    }

    @Test // scenario 87
    void aManagerThatDoesNotReadNeverBlocksUs() throws Exception {
        try (ManagerStub manager = ManagerStub.thatDoesNotRead(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier();
                CapturedLogs logs = CapturedLogs.open()) {
            notifier.send(SystemdMessage.heartbeat());
            long start = System.nanoTime();
            List<NotifyResult> results = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                results.add(notifier.send(SystemdMessage.heartbeat()));
            }
            Duration filling = Duration.ofNanos(System.nanoTime() - start);
            assertThat(results.get(1999)).isInstanceOfSatisfying(NotifyResult.Failed.class, f -> assertThat(f.errno())
                    .isEqualTo(OptionalInt.of(Errno.EAGAIN.number())));
            assertThat(filling).isLessThan(Duration.ofMinutes(3)); // far less than if each one waited
            assertThat(logs.texts(Level.WARN)).hasSize(1).first().asString().contains("WATCHDOG=1", "EAGAIN");

            start = System.nanoTime();
            assertThat(notifier.send(SystemdMessage.stopping()).isFailed()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(990), Duration.ofSeconds(45));
        }
    }

    @Test // scenario 87
    void stoppingIsTriedAgainUntilTheQueueHasRoom() throws Exception {
        FakeTicker ticker = new FakeTicker();
        try (ManagerStub manager = ManagerStub.thatDoesNotRead(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier(Map.of(), ticker)) {
            while (notifier.send(SystemdMessage.heartbeat()).isSent()) {
                // until it is full
            }
            CompletableFuture<NotifyResult> stopping =
                    CompletableFuture.supplyAsync(() -> notifier.send(SystemdMessage.stopping()));
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(2));
            ticker.awaitSleepers(1); // without success, and the pause doubles
            assertThat(stopping).isNotDone();
            manager.startReading();
            manager.await(1);
            ticker.advance(Duration.ofMillis(4));
            assertThat(stopping.get(60, TimeUnit.SECONDS).isSent()).isTrue();
            manager.awaitText("STOPPING=1");
        }
    }

    @Test
    void anInterruptIsKeptAndTheMessageSent() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier()) {
            Thread.currentThread().interrupt();
            assertThat(notifier.send(SystemdMessage.ready()).isSent()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aClosedNotifierFailsEachCall() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"))) {
            SystemdNotifier notifier = manager.notifier();
            notifier.send(SystemdMessage.ready());
            notifier.close();
            notifier.close();
            assertThat(notifier.send(SystemdMessage.ready()))
                    .isEqualTo(new NotifyResult.Failed("the notifier is closed", OptionalInt.empty()));
            assertThat(notifier.barrier(Duration.ofSeconds(1)).isFailed()).isTrue();
        }
    }

    @Test // scenario 86
    void aMissingSocketIsAFailureLoggedOnce() {
        Map<String, String> variables =
                Map.of("NOTIFY_SOCKET", directory.resolve("nothing").toString());
        try (CapturedLogs logs = CapturedLogs.open();
                SystemdNotifier notifier = notifier(variables)) {
            for (int i = 0; i < 3; i++) {
                assertThat(notifier.send(SystemdMessage.ready()))
                        .isInstanceOfSatisfying(NotifyResult.Failed.class, failed -> {
                            assertThat(failed.errno()).isEqualTo(OptionalInt.of(2));
                            assertThat(failed.why()).contains("ENOENT");
                        });
            }
            assertThat(logs.texts(Level.WARN)).hasSize(1).first().asString().contains("READY=1", "ENOENT");
        }
    }

    @Test // rule R12
    void aWrapperThatDoesNotExecIsLoggedOnce() throws Exception {
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                CapturedLogs logs = CapturedLogs.open();
                SystemdNotifier notifier = manager.notifier(Map.of("SYSTEMD_EXEC_PID", "1"))) {
            notifier.send(SystemdMessage.ready());
            notifier.send(SystemdMessage.heartbeat());
            assertThat(logs.texts(Level.WARN)).hasSize(1).first().asString().contains("exec java");
        }
    }

    @Test
    void ourOwnIdIsNoWrapper() throws Exception {
        String own = Long.toString(ProcessHandle.current().pid());
        try (ManagerStub manager = ManagerStub.at(directory.resolve("notify"));
                CapturedLogs logs = CapturedLogs.open();
                SystemdNotifier notifier = manager.notifier(Map.of("SYSTEMD_EXEC_PID", own))) {
            assertThat(notifier.send(SystemdMessage.ready()).isSent()).isTrue();
            assertThat(logs.lines()).isEmpty();
        }
    }

    @Test
    void aChildDoesNotInheritOurVariables() {
        ProcessBuilder child = new ProcessBuilder("true");
        Map<String, String> environment = child.environment();
        environment.clear();
        Map<String, String> kept = Map.of("PATH", "/bin", "INVOCATION_ID", "1", "LANG", "C");
        environment.putAll(kept);
        for (String name : SystemdEnvironment.PRIVATE) {
            environment.put(name, "1");
        }
        assertThat(SystemdNotifier.hideFrom(child)).isSameAs(child);
        assertThat(new HashMap<>(environment)).isEqualTo(kept);
    }

    private static SystemdNotifier notifier(Map<String, String> variables) {
        return SystemdNotifier.fromEnvironment(
                new SystemdEnvironment(variables, ProcessHandle.current().pid(), true),
                Ticker.system(),
                address -> new UnixNotifySocket(address));
    }
}
