package io.github.shutdown4j.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The classes that are first needed during a shutdown, when the jar may already have been replaced by a newer one. The
 * resource {@code preload.txt} beside this class lists them, one name on each line, in sections. A section is loaded only
 * if the process uses what it stands for.
 */
public final class PreloadList {

    /** What every coordinator needs. */
    public static final String COORDINATOR = "coordinator";

    private static final String RESOURCE = "preload.txt";

    // Guarded by this class. What is loaded is in both.
    private static final Set<String> USED = new LinkedHashSet<>();
    private static final Set<String> LOADED = new LinkedHashSet<>();
    private static boolean started;

    private PreloadList() {}

    /**
     * Notes that the process uses what the section stands for. Its classes are loaded by {@link #loadUsed}, or at once, on
     * this thread, if that has been called.
     */
    public static void use(String section) {
        synchronized (PreloadList.class) {
            if (!USED.add(section) || !started) {
                return;
            }
        }
        load(Set.of(section));
    }

    /** Loads and initializes the classes of all sections that are used. */
    public static void loadUsed() {
        Set<String> sections;
        synchronized (PreloadList.class) {
            started = true;
            sections = new LinkedHashSet<>(USED);
        }
        load(sections);
    }

    /** Loads and initializes the classes of one section now. */
    public static void load(String section) {
        load(Set.of(section));
    }

    private static void load(Set<String> sections) {
        if (NativeImage.runs()) { // a native image has no classes to load
            return;
        }
        Set<String> wanted = new LinkedHashSet<>(sections);
        synchronized (PreloadList.class) {
            wanted.removeAll(LOADED);
        }
        if (wanted.isEmpty()) {
            return;
        }
        Map<String, List<String>> names = names();
        for (String section : wanted) {
            List<String> classes = names.get(section);
            if (classes == null) {
                throw new IllegalArgumentException(RESOURCE + " has no section '" + section + "'");
            }
            for (String name : classes) {
                load(name, PreloadList.class.getClassLoader());
            }
        }
        synchronized (PreloadList.class) {
            LOADED.addAll(wanted);
        }
    }

    private static void load(String name, ClassLoader loader) {
        try {
            var unused = Class.forName(name, true, loader);
        } catch (ClassNotFoundException missing) {
            throw new LinkageError(RESOURCE + " lists " + name + ", which does not exist", missing);
        }
    }

    /** Returns the listed names in order, by section. */
    public static Map<String, List<String>> names() {
        InputStream resource = PreloadList.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new LinkageError(RESOURCE + " is missing from the jar");
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        List<String> section = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    section = new ArrayList<>();
                    names.put(line.substring(1, line.length() - 1), section);
                } else if (!line.isEmpty() && line.charAt(0) != '#') {
                    section.add(line);
                }
            }
        } catch (IOException unreadable) {
            throw new LinkageError(RESOURCE + " cannot be read", unreadable);
        }
        return names;
    }
}
