package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From TERM to the end of the process, for servers that are idle, keep an idle connection, or work on a request. */
final class ProcessPart {

    private static final double BAR_MILLIS = 10;
    private static final int REQUEST_MILLIS = 300;

    private ProcessPart() {}

    static void run(Run run) throws Exception {
        List<Server> servers = Server.all(run.peers());
        if (servers.size() < 8) {
            run.report().remark("The servers of other projects are left out: build them with -Pbenchmarks.");
        }
        for (String scene : List.of("idle", "keep-alive", "request")) {
            List<String> cut = new ArrayList<>();
            Turns<Double> turns = new Turns<>();
            for (Server server : servers) {
                if (scene.equals("request")) {
                    if (server.answers()) {
                        turns.add(server.name(), () -> request(server, REQUEST_MILLIS, cut));
                    }
                } else {
                    boolean idle = scene.equals("idle") || !server.answers();
                    turns.add(server.name(), () -> idle ? idle(server) : keepAlive(server));
                }
            }
            report(run, scene, Sample.each(turns.run(run.rounds(1, 0), run.rounds(7, 2))), cut);
        }
    }

    private static double idle(Server server) throws Exception {
        try (Child child = server.start()) {
            child.await("READY");
            settle();
            return millis(child.term(), child.awaitExit());
        }
    }

    private static double keepAlive(Server server) throws Exception {
        try (Child child = server.start();
                Socket socket = connect(child)) {
            ask(socket, 1);
            answer(socket);
            settle();
            return millis(child.term(), child.awaitExit());
        }
    }

    /** From the answer to the end; a third of the request's time is over when TERM comes. */
    static double request(Server server, int requestMillis, List<String> cut) throws Exception {
        try (Child child = server.start();
                Socket socket = connect(child)) {
            settle();
            ask(socket, requestMillis);
            Thread.sleep(requestMillis / 3);
            child.term();
            if (!answer(socket)) {
                cut.add(server.name());
            }
            long answered = System.nanoTime();
            return millis(answered, child.awaitExit());
        }
    }

    /** Work of a server right after it is ready should not influence the result. */
    private static void settle() throws InterruptedException {
        Thread.sleep(300);
    }

    private static Socket connect(Child child) throws IOException {
        int port = Integer.parseInt(child.await("READY").get(0));
        Socket socket = new Socket(InetAddress.getByName("localhost"), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void ask(Socket socket, int millis) throws IOException {
        String request = "GET /work?ms=" + millis + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether a complete response has arrived. */
    private static boolean answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        try {
            for (int next = in.read(); next != -1; next = in.read()) {
                text.append((char) next);
                if (text.toString().endsWith("done\n")) {
                    return text.toString().startsWith("HTTP/1.1 200");
                }
            }
        } catch (IOException reset) {
            return false;
        }
        return false;
    }

    private static void report(Run run, String scene, Map<String, Sample> samples, List<String> cut) {
        Map<String, String> scenes = new LinkedHashMap<>();
        scenes.put("idle", "TERM to exit, idle");
        scenes.put("keep-alive", "TERM to exit, an idle keep-alive connection");
        scenes.put("request", "answer to exit, TERM during a request of 300 ms");
        String floor = scene.equals("request") ? Server.BARE : Server.EMPTY;
        Sample bare = samples.get(floor);
        Sample ours = samples.get(Server.OURS);
        samples.forEach((name, sample) -> {
            if (!name.equals(floor)) {
                Row row = Row.of("process", scenes.get(scene), name, floor, "ms", sample.less(bare));
                row = name.equals(Server.OURS) ? row.bar(BAR_MILLIS) : row;
                run.report().add(cut.contains(name) ? row.note(Row.CUT) : row);
            }
            if (scene.equals("request") && !name.equals(Server.BARE) && !name.equals(Server.OURS)) {
                // A server that cuts the request is not compared.
                Row row = Row.of("process", "answer to exit, ours in the time of", name, name, "x", ours.over(sample));
                run.report().add(cut.contains(name) ? row.note(Row.CUT) : row.bar(1));
            }
        });
        if (cut.contains(Server.OURS)) {
            run.report().remark("shutdown4j has cut a request.");
        }
    }

    private static double millis(long begin, long end) {
        return (end - begin) / 1e6;
    }
}
