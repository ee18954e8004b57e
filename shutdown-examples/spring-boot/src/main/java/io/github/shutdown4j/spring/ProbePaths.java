package io.github.shutdown4j.spring;

/**
 * The paths of the actuator, which are served to the very end. If they begin at the root of the server, nothing tells them
 * from the application's, and there are none.
 *
 * @param base such as "/actuator"; empty for none
 */
record ProbePaths(String base) {

    /** @param setting the value of {@code management.endpoints.web.base-path} */
    static ProbePaths of(String setting) {
        return new ProbePaths(setting.replaceAll("/+$", ""));
    }

    boolean contain(String path) {
        return !base.isEmpty() && (path.equals(base) || path.startsWith(base + "/"));
    }
}
