package io.github.shutdown4j.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The classes that are first needed during a shutdown, when the jar may already have been replaced by a newer one. {@link
 * PreloadNames} lists them in sections. A section is loaded only if the process uses the feature that it stands for.
 */
public final class PreloadList {

    /** The classes that every coordinator needs. */
    public static final String COORDINATOR = "coordinator";

    // Guarded by the lock of this class.
    private static final Set<String> USED = new LinkedHashSet<>();
    private static final Set<String> LOADED = new LinkedHashSet<>();
    private static boolean announced;
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

    /** Announces a call of {@link #loadUsed} in a quiet moment, to which {@link #useNow} then leaves its classes. */
    public static void announceLoad() {
        synchronized (PreloadList.class) {
            announced = true;
        }
    }

    /** Withdraws {@link #announceLoad}: the call will not come. Features that left their classes to it load them when needed. */
    public static void withdrawLoad() {
        synchronized (PreloadList.class) {
            announced = started;
        }
    }

    /**
     * As {@link #use}, for a feature that also works without a coordinator: loads the classes now, unless a call of
     * {@link #loadUsed} is announced.
     */
    public static void useNow(String section) {
        boolean later;
        synchronized (PreloadList.class) {
            later = announced;
        }
        if (later) {
            use(section);
        } else {
            load(section);
        }
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
        List<String> classes = new ArrayList<>();
        for (String section : wanted) {
            List<String> listed = names.get(section);
            if (listed == null) {
                throw new IllegalArgumentException("PreloadNames has no section '" + section + "'");
            }
            classes.addAll(listed);
        }
        loadAll(classes, PreloadList.class.getClassLoader());
        synchronized (PreloadList.class) {
            LOADED.addAll(wanted);
        }
    }

    /** Loads as many as possible; throws afterwards if one is missing, as when a tool has removed it from the jar. */
    static void loadAll(List<String> classes, ClassLoader loader) {
        List<String> missing = new ArrayList<>();
        ClassNotFoundException first = null;
        for (String name : classes) {
            try {
                var unused = Class.forName(name, true, loader);
            } catch (ClassNotFoundException notFound) {
                first = first == null ? notFound : first;
                missing.add(name);
            }
        }
        if (first != null) {
            throw new LinkageError(
                    "PreloadNames lists " + String.join(", ", missing) + ", which cannot be found in this jar", first);
        }
    }

    /** Returns the names of the listed classes in order, by section. */
    public static Map<String, List<String>> names() {
        String here = PreloadList.class.getPackageName();
        String base = here.substring(0, here.lastIndexOf('.') + 1);
        Map<String, List<String>> names = new LinkedHashMap<>();
        List<String> section = new ArrayList<>();
        for (String line : PreloadNames.TEXT.split("\n", 0)) { // without an empty one at the end
            if (line.charAt(0) == '[') {
                section = new ArrayList<>();
                names.put(line.substring(1, line.length() - 1), section);
            } else {
                section.add(base.concat(line));
            }
        }
        return names;
    }
}
