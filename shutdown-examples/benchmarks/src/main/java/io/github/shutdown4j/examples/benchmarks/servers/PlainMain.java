package io.github.shutdown4j.examples.benchmarks.servers;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.LoggerFactory;

/** The JVM without us: it logs a line and has an empty hook; with {@code databind} it also writes a JSON of its own. */
public final class PlainMain {

    private PlainMain() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(PlainMain.class).info("starts");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {}));
        if (args.length > 1 && args[1].equals("databind")) {
            var unused = new ObjectMapper().writeValueAsBytes(new CoordinatedMain.State(1));
        }
        Settled.waitAndTell(args[0]);
    }
}
