package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.shutdown4j.examples.benchmarks.servers.NotifyMains;

/** A notification to systemd, compared with a minimal JNA program; each sample in a fresh JVM. */
final class SystemdPart {

    private SystemdPart() {}

    /** The times of the first notification and of each later one. */
    private record Millis(double first, double later) {}

    static void run(Run run) throws Exception {
        Path socket = Files.createTempDirectory("notify").resolve("socket"); // its path must be short
        try (DatagramSink sink = DatagramSink.at(socket)) {
            Turns<Millis> turns = new Turns<>();
            for (String kind : List.of("bare", "ours")) {
                turns.add(kind, () -> {
                    try (Child child = Child.start(
                            Map.of("NOTIFY_SOCKET", socket.toString()),
                            Peers.ownClassPath(),
                            List.of(),
                            NotifyMains.class.getName(),
                            kind)) {
                        List<String> values = child.await("NOTIFY");
                        child.awaitExit();
                        return new Millis(Double.parseDouble(values.get(0)), Double.parseDouble(values.get(1)));
                    }
                });
            }
            Map<String, List<Millis>> results = turns.run(0, run.rounds(21, 7));
            Map<String, Sample> first = Sample.each(results, Millis::first);
            Map<String, Sample> later = Sample.each(results, Millis::later);
            String against = "a bare program of JNA";
            run.report()
                    .add(Row.of(
                                    "systemd",
                                    "first notification, JNA loaded",
                                    "shutdown4j",
                                    against,
                                    "x",
                                    first.get("ours").over(first.get("bare")))
                            .bar(1.1));
            run.report()
                    .add(Row.of(
                                    "systemd",
                                    "each later notification",
                                    "shutdown4j",
                                    against,
                                    "x",
                                    later.get("ours").over(later.get("bare")))
                            .bar(2));
            if (sink.received() == 0) {
                throw new IllegalStateException("nothing has arrived");
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        }
    }
}
