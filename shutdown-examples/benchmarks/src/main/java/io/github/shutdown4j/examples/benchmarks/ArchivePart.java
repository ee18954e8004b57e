package io.github.shutdown4j.examples.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The quickstart with an archive of its classes, or from JDK 25 on a cache of classes and profiles, against the quickstart
 * without: processor time until it says that it is ready. The floor is the same comparison of a program that does as much
 * without the library.
 */
final class ArchivePart {

    private static final String PART = "archive";
    private static final String GROUP = "processor time, start to ready";
    private static final List<String> FILES = List.of("a class archive", "an AOT cache");

    private final Run run;
    private final Path folder;
    private final Turns<Double> turns = new Turns<>();
    private final List<Path> made = new ArrayList<>();

    private ArchivePart(Run run, Path folder) {
        this.run = run;
        this.folder = folder;
    }

    /** A program that prints its address when it is ready; {@code arguments} follow the options of the JVM. */
    private record Served(String name, List<String> arguments, boolean isFloor) {}

    static void run(Run run) throws Exception {
        Path jar = run.peers().quickstart();
        if (!Files.exists(jar)) {
            run.report().remark("The quickstart is left out: its jar has not been built.");
            return;
        }
        new ArchivePart(run, Files.createDirectories(run.folder().resolve("quickstart"))).run(jar);
    }

    private void run(Path jar) throws Exception {
        Served quickstart = new Served("the quickstart as it is", List.of("-jar", jar.toString()), false);
        List<Served> all = new ArrayList<>(List.of(quickstart));
        if (run.peers().has(Version.NOW.peer)) {
            String classPath = jar + File.pathSeparator + run.peers().ownJar(Version.NOW.peer);
            all.add(new Served(
                    "a program that does as much without us",
                    List.of("-cp", classPath, Program.PACKAGE + "Served"),
                    true));
        }
        for (Served each : all) {
            candidates(each);
        }
        Map<String, Sample> times = Sample.each(turns.run(1, run.rounds(11, 5)));
        for (Served each : all) {
            report(each, times);
        }
        for (Path file : made) {
            Files.deleteIfExists(file);
        }
    }

    private void candidates(Served served) throws Exception {
        candidate(served.name(), served, List.of());
        String name = served.isFloor() ? "floor" : "quickstart";
        Path archive = folder.resolve(name + ".jsa");
        train(served, "-XX:ArchiveClassesAtExit=" + archive);
        candidate(with(served, FILES.get(0)), served, List.of("-XX:SharedArchiveFile=" + archive));
        made.add(archive);
        if (Runtime.version().feature() >= 25) {
            Path cache = folder.resolve(name + ".aot");
            train(served, "-XX:AOTCacheOutput=" + cache);
            candidate(with(served, FILES.get(1)), served, List.of("-XX:AOTCache=" + cache));
            made.add(cache);
        }
    }

    private static String with(Served served, String file) {
        return (served.isFloor() ? served.name() : "quickstart") + " with " + file;
    }

    private void candidate(String name, Served served, List<String> options) {
        turns.add(name, () -> {
            try (Child child = start(served, options)) {
                child.await("http://localhost:");
                double millis = ProcessorTime.ofProcess(child.pid());
                child.term();
                child.awaitExit();
                return millis;
            }
        });
    }

    private void report(Served served, Map<String, Sample> times) {
        Sample plain = times.get(served.name());
        for (String file : FILES) {
            Sample sample = times.get(with(served, file));
            if (sample != null) {
                String subject = "quickstart with " + file;
                Row row = Row.of(
                        PART,
                        served.isFloor() ? GROUP + ", a floor" : GROUP,
                        served.isFloor() ? subject + ": " + served.name() : subject,
                        served.name(),
                        "x",
                        sample.over(plain));
                run.report().add(served.isFloor() ? row : row.bar(0.4));
            }
        }
        run.report().add(Row.of(PART, GROUP + ", plain", served.name(), "", "ms", plain));
    }

    /** One run with a request, which creates the file. */
    private void train(Served served, String option) throws Exception {
        try (Child child = start(served, List.of(option))) {
            answerOnce(child);
            child.term();
            child.awaitExit();
        }
    }

    private Child start(Served served, List<String> options) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(served.arguments());
        arguments.add(Integer.toString(port)); // the quickstart reads the variable
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
