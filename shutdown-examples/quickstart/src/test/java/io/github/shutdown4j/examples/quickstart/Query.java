package io.github.shutdown4j.examples.quickstart;

import java.util.List;

/**
 * What the program has asked its JVM for by reflection.
 *
 * @param entryPoint the method of the JDK that was called, as {@code Class.getMethod}
 * @param target the class, member or resource that was asked for
 * @param caller the method that asked, as {@code org.slf4j.LoggerFactory.bind}
 * @param needs what metadata has to grant, in the words of {@link ImageMetadata}: one of these is enough
 */
record Query(String entryPoint, String target, String caller, List<String> needs) {

    /** A field, with all that would grant it. */
    static List<String> field(String type, String name) {
        return List.of("field " + type + "." + name, "allDeclaredFields " + type, "allPublicFields " + type);
    }

    /** A method or, with the name {@code <init>}, a constructor, with all that would grant it. */
    static List<String> method(String type, String name, List<String> parameters) {
        String members = name.equals("<init>") ? "Constructors " : "Methods ";
        return List.of(
                "method " + type + "." + name + "(" + String.join(", ", parameters) + ")",
                "allDeclared" + members + type,
                "allPublic" + members + type);
    }

    @Override
    public String toString() {
        return entryPoint + " of " + target + " by " + caller;
    }
}
