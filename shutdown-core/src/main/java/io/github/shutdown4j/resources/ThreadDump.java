package io.github.shutdown4j.resources;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The dump of all threads that a JVM writes from Java 21 on: the only one with virtual threads, and the only one that says
 * which executor a thread belongs to. Needs the module {@code jdk.management}.
 */
final class ThreadDump {

    private static final @Nullable Writer WRITER = Writer.find();
    /** As {@code java.base/java.lang.Thread.sleep(Thread.java:540)}. */
    private static final Pattern FRAME = Pattern.compile("(?:[^/(]*/)?(.+)\\.([^.(]+)\\(([^:)]*)(?::(\\d+))?\\)");

    private ThreadDump() {}

    static boolean isAvailable() {
        return WRITER != null;
    }

    /** The tasks of the executor whose identity is {@code container}; empty if it is not in the dump. */
    static List<UnfinishedWork> ofContainer(String container, Duration age, int limit) {
        Writer writer = WRITER;
        if (writer == null) {
            return List.of();
        }
        try {
            Path directory = Files.createTempDirectory("shutdown4j-");
            Path file = directory.resolve("threads.json");
            try {
                writer.write(file);
                return read(file, container, age, limit);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException | RuntimeException unavailable) { // no place to write it, or another format
            return List.of();
        }
    }

    private static List<UnfinishedWork> read(Path file, String container, Duration age, int limit) throws IOException {
        List<UnfinishedWork> tasks = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            boolean wanted = false;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("container")) {
                    wanted = json.nextTextValue().equals(container);
                } else if (wanted
                        && token == JsonToken.FIELD_NAME
                        && json.currentName().equals("threads")) {
                    readThreads(json, age, limit, tasks);
                    return tasks;
                }
            }
        }
        return tasks;
    }

    private static void readThreads(JsonParser json, Duration age, int limit, List<UnfinishedWork> tasks)
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
                if (tasks.size() < limit && !ExecutorTasks.isIdle(stack.toArray(new StackTraceElement[0]))) {
                    String thread = name.isEmpty() ? "virtual thread #" + id : name;
                    tasks.add(new UnfinishedWork("task", age, Optional.of(thread), stack));
                }
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
                Matcher frame = FRAME.matcher(json.getText());
                if (frame.matches()) {
                    int line = frame.group(4) == null ? -1 : Integer.parseInt(frame.group(4));
                    stack.add(new StackTraceElement(frame.group(1), frame.group(2), frame.group(3), line));
                }
            }
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
