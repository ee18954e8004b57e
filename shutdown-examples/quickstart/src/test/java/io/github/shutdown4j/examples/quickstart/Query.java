package io.github.shutdown4j.examples.quickstart;

import java.util.List;

/**
 * A reflective lookup by the program.
 *
 * @param entryPoint the method of the JDK that was called, as {@code Class.getMethod}
 * @param target the class, member or resource that was looked up
 * @param caller the calling method, as {@code org.slf4j.LoggerFactory.bind}
 * @param needs the grants, in the notation of {@link ImageMetadata}, any one of which is sufficient
 */
record Query(String entryPoint, String target, String caller, List<String> needs) {

    /** A field, with all possible grants. */
    static List<String> field(String type, String name) {
        return List.of("field " + type + "." + name, "allDeclaredFields " + type, "allPublicFields " + type);
    }

    /** A method or, with the name {@code <init>}, a constructor, with all possible grants. */
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
