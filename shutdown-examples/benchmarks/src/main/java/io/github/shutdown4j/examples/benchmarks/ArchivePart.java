package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The quickstart with an archive of its classes, or from JDK 25 on a cache of classes and profiles, against the quickstart
 * without: processor time until it says that it is ready.
 */
final class ArchivePart {

    private static final String PLAIN = "the quickstart as it is";

    private ArchivePart() {}

    static void run(Run run) throws Exception {
        Path jar = run.peers().quickstart();
        if (!Files.exists(jar)) {
            run.report().remark("The quickstart is left out: its jar has not been built.");
            return;
        }
        Path folder = Files.createDirectories(run.folder().resolve("quickstart"));
        Path archive = folder.resolve("quickstart.jsa");
        Path cache = folder.resolve("quickstart.aot");
        Map<String, List<String>> candidates = new LinkedHashMap<>();
        candidates.put(PLAIN, List.of());
        train(folder, jar, "-XX:ArchiveClassesAtExit=" + archive);
        candidates.put("quickstart with a class archive", List.of("-XX:SharedArchiveFile=" + archive));
        if (Runtime.version().feature() >= 25) {
            train(folder, jar, "-XX:AOTCacheOutput=" + cache);
            candidates.put("quickstart with an AOT cache", List.of("-XX:AOTCache=" + cache));
        }
        Turns<Double> turns = new Turns<>();
        candidates.forEach((name, options) -> turns.add(name, () -> {
            try (Child child = start(folder, jar, options)) {
                child.await("http://localhost:");
                double millis = ProcessorTime.ofProcess(child.pid());
                child.term();
                child.awaitExit();
                return millis;
            }
        }));
        Map<String, Sample> times = Sample.each(turns.run(1, run.rounds(11, 5)));
        times.forEach((name, sample) -> {
            if (!name.equals(PLAIN)) {
                run.report()
                        .add(Row.of(
                                        "archive",
                                        "processor time, start to ready",
                                        name,
                                        PLAIN,
                                        "x",
                                        sample.over(times.get(PLAIN)))
                                .bar(0.4));
            }
        });
        run.report().add(Row.of("archive", "processor time, start to ready, plain", PLAIN, "", "ms", times.get(PLAIN)));
        Files.deleteIfExists(archive);
        Files.deleteIfExists(cache);
    }

    /** One run with a request, which creates an archive. */
    private static void train(Path folder, Path jar, String option) throws Exception {
        try (Child child = start(folder, jar, List.of(option))) {
            answerOnce(child);
            child.term();
            child.awaitExit();
        }
    }

    private static Child start(Path folder, Path jar, List<String> options) throws IOException {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-jar", jar.toString()));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        return Child.start(Map.of("PORT", Integer.toString(port)), folder, arguments);
    }

    /** Waits until it is ready, and for a response. */
    private static void answerOnce(Child child) throws IOException {
        String address = child.await("http://localhost:").get(0);
        int port = Integer.parseInt(address.substring(0, address.indexOf('/')));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String request = "GET /count HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            if (answer.read() != 'H') {
                throw new IOException("no answer");
            }
        }
    }
}
