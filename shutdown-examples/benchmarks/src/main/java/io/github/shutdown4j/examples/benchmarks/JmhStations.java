package io.github.shutdown4j.examples.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.examples.benchmarks.trackers.Station;
import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Creates subjects, and JVMs that time one each, with the peers on the class path. */
final class JmhStations {

    /** For one operation of one thread: nanoseconds, nanoseconds of processor time, bytes allocated. */
    record Score(double nanos, double processorNanos, double bytes) {}

    private static final int MILLIS = 150;
    private static final int WARM_UP_TURNS = 4;
    /** A guard is passed between methods only if the compiler does not inline one of them. */
    private static final List<String> OPTIONS = List.of(
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=dontinline,io.github.shutdown4j.examples.benchmarks.trackers.*::notInlined");

    private final String classPath;
    private final ClassLoader loader;

    JmhStations(Run run) throws IOException {
        String own = Peers.home().toString();
        String all = System.getProperty("java.class.path");
        List<URL> urls = new ArrayList<>();
        if (run.peers().has("trackers")) {
            String peers = run.peers().classPath("trackers");
            all = (all.contains(own) ? all : own + File.pathSeparator + all) + File.pathSeparator + peers;
            for (String jar : peers.split(File.pathSeparator, -1)) {
                urls.add(Path.of(jar).toUri().toURL());
            }
        }
        classPath = all;
        loader = new URLClassLoader(urls.toArray(URL[]::new), JmhStations.class.getClassLoader());
    }

    Subject subject(String className) throws ReflectiveOperationException {
        return loader.loadClass(className)
                .asSubclass(Subject.class)
                .getConstructor()
                .newInstance();
    }

    /** A JVM for this subject, warmed up for this many threads. */
    One start(String subject, int threads) throws IOException {
        return start(subject, threads, OPTIONS, classPath);
    }

    /** The same on virtual threads, for which only the wall time is known. */
    One startVirtual(String subject, int threads) throws IOException {
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("-Djmh.executor=VIRTUAL");
        return start(subject, threads, options, classPath);
    }

    /** A JVM with the earlier version of this subject, and of the library. */
    One startEarlier(Peers peers, String subject, int threads) throws IOException {
        return start(subject, threads, OPTIONS, peers.classPath(Version.EARLIER.peer) + File.pathSeparator + classPath);
    }

    private static One start(String subject, int threads, List<String> options, String path) throws IOException {
        One station = new One(Child.start(path, options, Station.class.getName(), subject), threads);
        for (int i = 0; i < WARM_UP_TURNS; i++) {
            var unused = station.turn();
        }
        return station;
    }

    /** One such JVM. */
    static final class One implements AutoCloseable {

        private final Child child;
        private final int threads;

        private One(Child child, int threads) {
            this.child = child;
            this.threads = threads;
        }

        Score turn() throws IOException {
            child.say(threads + " " + MILLIS);
            List<String> words = child.await("turn ");
            return new Score(
                    Double.parseDouble(words.get(0)),
                    Double.parseDouble(words.get(1)),
                    Double.parseDouble(words.get(2)));
        }

        @Override
        public void close() {
            child.close();
        }
    }
}
