package io.github.shutdown4j.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The classes that are first needed during a shutdown, when the jar may already have been replaced by a newer one. The
 * resource {@code preload.txt} beside this class lists them, one name on each line.
 */
public final class PreloadList {

    private static final String RESOURCE = "preload.txt";

    private PreloadList() {}

    /** Loads and initializes the listed classes in the packages of {@code members}. */
    public static void load(Class<?>... members) {
        if (NativeImage.runs()) { // a native image has no classes to load
            return;
        }
        Set<String> packages = new HashSet<>();
        for (Class<?> member : members) {
            packages.add(member.getPackageName());
        }
        ClassLoader loader = PreloadList.class.getClassLoader();
        for (String name : names()) {
            if (packages.contains(name.substring(0, name.lastIndexOf('.')))) {
                try {
                    var unused = Class.forName(name, true, loader);
                } catch (ClassNotFoundException missing) {
                    throw new LinkageError(RESOURCE + " lists " + name + ", which does not exist", missing);
                }
            }
        }
    }

    /** Returns the listed names in order. */
    public static List<String> names() {
        InputStream resource = PreloadList.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new LinkageError(RESOURCE + " is missing from the jar");
        }
        List<String> names = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && line.charAt(0) != '#') {
                    names.add(line);
                }
            }
        } catch (IOException unreadable) {
            throw new LinkageError(RESOURCE + " cannot be read", unreadable);
        }
        return names;
    }
}
