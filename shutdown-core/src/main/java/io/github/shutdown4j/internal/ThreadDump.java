package io.github.shutdown4j.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

/**
 * Reads the thread dump of the JVM that is available from Java 21 on: the only one that contains virtual threads and the
 * executor of each thread. Needs the module {@code jdk.management}.
 */
public final class ThreadDump {

    /** For example {@code java.base/java.lang.Thread.sleep(Thread.java:540)}. */
    private static final String FRAME = "(?:[^/(]*/)?(.+)\\.([^.(]+)\\(([^:)]*)(?::(\\d+))?\\)";

    /** Looked up on demand, which loads the management classes of the JVM; null if the module is missing. */
    private static volatile @Nullable Writer writer;

    private static volatile boolean searched;

    private static final String FILE = "threads.json";

    /** The directories of the dumps that are being written or read. */
    private static final Set<Path> PENDING = ConcurrentHashMap.newKeySet();

    private ThreadDump() {}

    /** Receives the threads of a dump one by one. */
    public interface Visitor {
        /**
         * One thread.
         *
         * @param container the executor that it belongs to, as {@link #container} names it, or something else
         * @param id as {@link Thread#getId()}
         * @param name empty for most virtual threads
         */
        void onThread(String container, String id, String name, List<StackTraceElement> stack);
    }

    /** Returns whether this JVM can write such a dump. */
    public static boolean isAvailable() {
        return writer() != null;
    }

    /** Returns the container that a dump names for the threads of this executor. */
    public static String container(Object executor) {
        return executor.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(executor));
    }

    /**
     * Writes a dump to a temporary file and passes its threads to the visitor. Returns false if that is impossible; the
     * visitor may have received some of the threads then.
     */
    public static boolean visit(Visitor visitor) {
        Writer found = writer();
        if (found == null) {
            return false;
        }
        try {
            Path directory = Files.createTempDirectory("shutdown4j-");
            PENDING.add(directory);
            try {
                Path file = directory.resolve(FILE);
                // A dump of many threads may take longer than the process lives. The last one is deleted first.
                directory.toFile().deleteOnExit();
                file.toFile().deleteOnExit();
                found.write(file);
                read(file, visitor);
                return true;
            } finally {
                delete(directory);
                PENDING.remove(directory);
            }
        } catch (IOException | RuntimeException unavailable) { // no place to write it, or another format
            return false;
        }
    }

    /** Deletes the files of dumps that are being written; for a halt, which deletes nothing. */
    public static void discard() {
        for (Path directory : PENDING) {
            try {
                delete(directory);
            } catch (IOException | RuntimeException undeletable) {
                // The files stay behind, but the halt must not be delayed.
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
        Files.deleteIfExists(directory);
    }

    private static @Nullable Writer writer() {
        if (!searched) {
            writer = Writer.find();
            searched = true;
        }
        return writer;
    }

    private static void read(Path file, Visitor visitor) throws IOException {
        Pattern frames = Pattern.compile(FRAME); // not when this class is loaded, which every process does
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            String container = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("container")) {
                    String next = json.nextTextValue();
                    container = next == null ? "" : next;
                } else if (token == JsonToken.FIELD_NAME && json.currentName().equals("threads")) {
                    readThreads(json, container, frames, visitor);
                }
            }
        }
    }

    private static void readThreads(JsonParser json, String container, Pattern frames, Visitor visitor)
            throws IOException {
        String name = "";
        String id = "";
        List<StackTraceElement> stack = new ArrayList<>();
        int depth = 0;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (token == JsonToken.START_ARRAY || token == JsonToken.START_OBJECT) {
                depth++;
            } else if (token == JsonToken.END_OBJECT && depth == 2) {
                depth--;
                visitor.onThread(container, id, name, stack);
                stack = new ArrayList<>();
            } else if (token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
                depth--;
                if (depth == 0) {
                    return;
                }
            } else if (token.isScalarValue() && depth == 2 && "name".equals(json.currentName())) {
                name = json.getText();
            } else if (token.isScalarValue() && depth == 2 && "tid".equals(json.currentName())) {
                id = json.getText();
            } else if (token.isScalarValue() && depth == 3) {
                addFrame(frames.matcher(json.getText()), stack);
            }
        }
    }

    private static void addFrame(Matcher frame, List<StackTraceElement> stack) {
        if (frame.matches()) {
            int line = frame.group(4) == null ? -1 : Integer.parseInt(frame.group(4));
            stack.add(new StackTraceElement(frame.group(1), frame.group(2), frame.group(3), line));
        }
    }

    /** The method of the management bean, which is in a module that may be missing. */
    private record Writer(MethodHandle dumpThreads) {

        static @Nullable Writer find() {
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> type = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
                Class<?> format = Class.forName("com.sun.management.HotSpotDiagnosticMXBean$ThreadDumpFormat");
                Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
                Class<?> beanType = Class.forName("java.lang.management.PlatformManagedObject");
                Object bean = lookup.findStatic(
                                factory, "getPlatformMXBean", MethodType.methodType(beanType, Class.class))
                        .invoke(type);
                Object json = lookup.findStaticGetter(format, "JSON", format).invoke();
                MethodHandle dump = lookup.findVirtual(
                        type, "dumpThreads", MethodType.methodType(void.class, String.class, format));
                return new Writer(MethodHandles.insertArguments(dump.bindTo(bean), 1, json));
            } catch (Throwable absent) {
                return null;
            }
        }

        void write(Path file) throws IOException {
            try {
                dumpThreads.invoke(file.toString());
            } catch (IOException | RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable other) {
                throw new IOException(other);
            }
        }
    }
}
