package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.examples.benchmarks.servers.CoordinatedServer;
import io.github.shutdown4j.examples.benchmarks.servers.JdkServer;
import io.github.shutdown4j.examples.benchmarks.servers.PlainMain;

/**
 * A server in a separate process: it prints READY and its port, and answers /work?ms=N after as many
 * milliseconds.
 */
record Server(String name, String classPath, String main, List<String> args) {

    static final String OURS = "shutdown4j on JDK HttpServer";
    static final String EMPTY = "an empty hook, no server";
    static final String BARE = "a hook that waits and stops the server";

    private static final String PEER = "io.github.shutdown4j.examples.benchmarks.peers.";

    /** The minimum, ours, and the others whose class path exists. */
    static List<Server> all(Peers peers) throws IOException {
        List<Server> all = new ArrayList<>();
        String ownPath = Peers.ownClassPath();
        all.add(new Server(EMPTY, ownPath, PlainMain.class.getName(), List.of()));
        all.add(new Server(BARE, ownPath, JdkServer.class.getName(), List.of("wait")));
        all.add(new Server(OURS, ownPath, CoordinatedServer.class.getName(), List.of()));
        all.add(new Server("JDK HttpServer, not stopped", ownPath, JdkServer.class.getName(), List.of("nothing")));
        all.add(new Server("JDK HttpServer, stop(0)", ownPath, JdkServer.class.getName(), List.of("0")));
        all.add(new Server("JDK HttpServer, stop(2)", ownPath, JdkServer.class.getName(), List.of("2")));
        add(all, peers, "Undertow", "undertow", "UndertowServer");
        add(all, peers, "Jetty 12", "jetty", "JettyServer");
        add(all, peers, "Javalin", "javalin", "JavalinServer");
        add(all, peers, "Spring Boot, Tomcat", "spring-tomcat", "SpringTomcatServer");
        add(all, peers, "Spring Boot, Jetty", "spring-jetty", "SpringJettyServer");
        add(all, peers, "Armeria, quiet 2 s", "armeria", "ArmeriaServer", "2000");
        add(all, peers, "Armeria, quiet 1 ms", "armeria", "ArmeriaServer", "1");
        return all;
    }

    private static void add(List<Server> all, Peers peers, String name, String peer, String main, String... args)
            throws IOException {
        if (peers.has(peer)) {
            all.add(new Server(name, peers.classPath(peer), PEER + main, List.of(args)));
        }
    }

    /** Whether the class path exists. */
    boolean answers() {
        return !name.equals(EMPTY);
    }

    Child start() throws IOException {
        return Child.start(classPath, List.of(), main, args.toArray(String[]::new));
    }
}
