package io.github.shutdown4j.examples.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class paths of the compared libraries, each a folder that {@code mvn -Pbenchmarks package} has filled: beside the
 * jar of the benchmarks, or in the folder of the system property {@code peers}.
 */
final class Peers {

    private final Path root;

    Peers(Path root) {
        this.root = root;
    }

    static Peers find() {
        String configured = System.getProperty("peers");
        return new Peers(configured == null ? home().resolve("../../peers").normalize() : Path.of(configured));
    }

    /** The jar of the benchmarks, or the folder of their classes. */
    static Path home() {
        try {
            return Path.of(Peers.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The class path of the benchmarks themselves. */
    static String ownClassPath() {
        String own = home().toString();
        return own.endsWith(".jar") ? own : System.getProperty("java.class.path");
    }

    /** The jar of the example "quickstart", beside the benchmarks; need not exist. */
    Path quickstart() {
        return root.resolve("../../quickstart/target/quickstart.jar").normalize();
    }

    boolean has(String name) {
        return Files.exists(ownJar(name));
    }

    /** The jar of a peer without its libraries. */
    Path ownJar(String name) {
        return folder(name).resolve("peer.jar");
    }

    /**
     * All jars of a peer: its own, then those of this library, as Maven would have them, then the others by name. A class is
     * looked for in each jar before its own, so the order is the same for each version.
     */
    String classPath(String name) throws IOException {
        try (Stream<Path> jars = Files.list(folder(name))) {
            return jars.sorted(Comparator.comparing((Path jar) -> !jar.endsWith("peer.jar"))
                            .thenComparing(jar -> !jar.getFileName().toString().startsWith("shutdown-"))
                            .thenComparing(Path::getFileName))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /** The versions of the libraries that give the peers their names. */
    Map<String, String> versions() throws IOException {
        Map<String, String> versions = new TreeMap<>();
        String wanted =
                "(undertow-core|jetty-server|armeria|tomcat-embed-core|HikariCP|cassandra-all|spring-boot|javalin)";
        if (Files.isDirectory(root)) {
            try (Stream<Path> files =
                    Files.find(root, 4, (file, attributes) -> file.toString().contains("classpath" + File.separator))) {
                files.filter(file -> file.getFileName().toString().matches(wanted + "-[0-9].*\\.jar"))
                        .forEach(file -> {
                            String peer = root.relativize(file).getName(0).toString();
                            versions.put(
                                    "peer " + peer,
                                    versions.getOrDefault("peer " + peer, "")
                                            + file.getFileName().toString().replace(".jar", " "));
                        });
            }
        }
        return versions;
    }

    private Path folder(String name) {
        return root.resolve(name).resolve("target/classpath");
    }
}
