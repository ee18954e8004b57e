package io.github.shutdown4j.spring;

import java.util.ArrayList;
import java.util.List;

import org.springframework.core.env.Environment;

/**
 * The paths of the actuator, which are served until the context closes. Empty if the actuator is at the root of the server,
 * because its paths cannot be distinguished from those of the application.
 *
 * @param prefixes such as "/actuator"
 */
record ProbePaths(List<String> prefixes) {

    /** The paths from the properties of Spring Boot, below the context path of the server. */
    static ProbePaths of(Environment environment) {
        List<String> prefixes = new ArrayList<>();
        String servlet = withoutSlash(environment.getProperty("spring.mvc.servlet.path", ""));
        String base = withoutSlash(environment.getProperty("management.endpoints.web.base-path", "/actuator"));
        if (!base.isEmpty()) {
            prefixes.add(servlet + base);
        }
        if (environment.getProperty("management.endpoint.health.probes.add-additional-paths", Boolean.class, false)) {
            prefixes.addAll(List.of(servlet + "/livez", servlet + "/readyz"));
        }
        return new ProbePaths(prefixes);
    }

    private static String withoutSlash(String path) {
        return path.replaceAll("/+$", "");
    }

    boolean contains(String path) {
        return prefixes.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }
}
