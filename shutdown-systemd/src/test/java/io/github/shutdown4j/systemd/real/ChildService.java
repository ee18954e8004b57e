package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.systemd.SystemdNotifier;

/**
 * Has a child process that reads from a pipe; each request writes to the pipe, until long after the stop. Arguments:
 * the file of the checkpoint, which counts the requests; "stubborn" for a child that ignores SIGTERM.
 */
public final class ChildService {

    static final int REQUESTS = 40;

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ChildService() {}

    /** The state, which survives a restart. */
    record State(int finished) {}

    public static void main(String[] args) throws Exception {
        new ChildService().run(Path.of(args[0]), args[1].equals("stubborn"));
    }

    private void run(Path file, boolean stubborn) throws Exception {
        CheckpointStore<State> store = CheckpointStore.json(file, State.class);
        System.out.println("loaded " + store.load().orElse(new State(0)).finished());
        String reading = "echo child $$; while read -r line; do :; done; : stubborn-child";
        ProcessBuilder command = new ProcessBuilder("sh", "-c", stubborn ? "trap '' TERM; " + reading : reading);
        Process child = SystemdNotifier.hideFrom(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        OutputStream pipe = child.getOutputStream();
        ConnectionGuard[] inFlight = new ConnectionGuard[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            inFlight[i] = requests.acquire();
        }
        ShutdownCoordinator.builder()
                .listener(SystemdListener.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("work", Service.of(() -> {}, () -> begin(inFlight, pipe)))
                        .build())
                .tracker(requests)
                .checkpoint(Checkpoint.of(store, () -> new State(finished.get())))
                .onFinished(report -> System.out.println("drained, the pipe is " + (closed.get() ? "closed" : "whole")))
                .build()
                .run();
    }

    private void begin(ConnectionGuard[] inFlight, OutputStream pipe) {
        Thread worker = new Thread(() -> {
            for (ConnectionGuard request : inFlight) {
                try (request) {
                    Thread.sleep(50);
                    pipe.write("request\n".getBytes(StandardCharsets.US_ASCII));
                    pipe.flush();
                } catch (IOException childHasGone) {
                    closed.set(true);
                } catch (InterruptedException interrupted) {
                    return;
                }
                finished.incrementAndGet();
            }
        });
        worker.setDaemon(true);
        worker.start();
    }
}
