package io.github.shutdown4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The log of the classes that a child process loads, with a mark that the child sets when everything that it will need
 * is loaded. Classes after the mark are loaded late.
 */
public final class ClassLoadLog {

    /** As text: a class literal would load the class. */
    private static final String MARK = ClassLoadLog.class.getName() + "$Mark ";

    private final Path file;

    public ClassLoadLog(Path file) {
        this.file = file;
    }

    /** The JVM option that writes the classes, and the exceptions that are thrown, to the file. */
    public String jvmOption() {
        return "-Xlog:class+load=info,exceptions=info:file=" + file + "::filecount=0";
    }

    /** In the child: waits until the library has preloaded its classes, sets the mark and prints "marked". */
    public static void mark() {
        OwnThreads.awaitWarm();
        Mark.set();
    }

    /** In the test: makes the child, whose program calls {@link #mark} when "mark" is typed, set the mark. */
    public static void mark(ChildJvm child) {
        child.type("mark");
        child.awaitLine("marked");
    }

    public List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    public List<String> linesBeforeMark() throws IOException {
        List<String> lines = lines();
        return lines.subList(0, indexOfMark(lines));
    }

    public List<String> linesAfterMark() throws IOException {
        List<String> lines = lines();
        return lines.subList(indexOfMark(lines) + 1, lines.size());
    }

    private int indexOfMark(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(MARK)) {
                return i;
            }
        }
        throw new AssertionError("no mark among the " + lines.size() + " lines of " + file);
    }

    /** Its line in the log is the mark. */
    private static final class Mark {
        static void set() {
            System.out.println("marked");
        }
    }
}
