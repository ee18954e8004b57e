package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.examples.benchmarks.servers.CoordinatedMain;
import io.github.shutdown4j.examples.benchmarks.servers.PlainMain;

/** The same small program without us, with core, and with core and a store. */
enum Mains {
    BARE("the same JVM without us", PlainMain.class),
    BARE_WITH_DATABIND("without us, one write by databind", PlainMain.class),
    OURS("shutdown4j", CoordinatedMain.class),
    OURS_WITH_STORE("shutdown4j with a store", CoordinatedMain.class);

    final String text;
    private final Class<?> main;

    Mains(String text, Class<?> main) {
        this.text = text;
        this.main = main;
    }

    /** Starts it; it tells of its memory after as many milliseconds, if that is not zero. */
    Child start(Path folder, int settleMillis, String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of(Integer.toString(settleMillis)));
        if (this == BARE_WITH_DATABIND) {
            args.add("databind");
        } else if (this == OURS_WITH_STORE) {
            args.add(folder.resolve("mains.json").toString());
        }
        return Child.start(classPath(), List.of(options), main.getName(), args.toArray(String[]::new));
    }

    static String classPath() {
        String own = Peers.home().toString();
        return own.endsWith(".jar") ? own : System.getProperty("java.class.path");
    }
}
