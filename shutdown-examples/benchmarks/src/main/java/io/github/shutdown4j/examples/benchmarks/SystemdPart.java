package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.shutdown4j.examples.benchmarks.servers.NotifyMains;

/** A notification to systemd, against a bare program of JNA; each sample in a fresh JVM. */
final class SystemdPart {

    private SystemdPart() {}

    static void run(Run run) throws Exception {
        Path socket = Files.createTempDirectory("notify").resolve("socket"); // its path must be short
        try {
            DatagramSink sink = DatagramSink.at(socket);
            Map<String, List<Double>> later = new LinkedHashMap<>();
            Turns turns = new Turns();
            for (String kind : List.of("bare", "ours")) {
                later.put(kind, new ArrayList<>());
                turns.add(kind, () -> {
                    try (Child child = Child.start(
                            Map.of("NOTIFY_SOCKET", socket.toString()),
                            Mains.classPath(),
                            List.of(),
                            NotifyMains.class.getName(),
                            kind)) {
                        List<String> told = child.await("NOTIFY");
                        child.awaitExit();
                        later.get(kind).add(Double.parseDouble(told.get(1)));
                        return Double.parseDouble(told.get(0));
                    }
                });
            }
            Map<String, Sample> first = turns.run(0, run.rounds(21, 7));
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
                                    sample(later.get("ours")).over(sample(later.get("bare"))))
                            .bar(2));
            if (sink.received() == 0) {
                throw new IllegalStateException("nothing has arrived");
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        }
    }

    private static Sample sample(List<Double> values) {
        return new Sample(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
