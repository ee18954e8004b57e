package io.github.shutdown4j.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads, in a child process, the lines that the test types. */
public final class TypedLines {

    private TypedLines() {}

    /**
     * Passes each line of the standard input to {@code command}, on a daemon thread, until the input ends. An exception
     * of the command is uncaught and ends the thread.
     */
    public static void obey(Consumer<String> command) {
        Thread thread = new Thread(
                () -> {
                    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            command.accept(line);
                        }
                    } catch (IOException e) {
                        // The test has closed the pipe.
                    }
                },
                "typed");
        thread.setDaemon(true);
        thread.start();
    }
}
