package io.github.shutdown4j.examples.backend.settings;

import java.net.URI;
import java.util.Optional;

/** URLs of databases, in the format of hosting platforms and in that of JDBC. */
final class Urls {

    private static final String JDBC = "jdbc:";

    private Urls() {}

    /** Also with several hosts, as the driver accepts them. */
    static boolean isDatabase(String url) {
        return isSeveralHosts(url)
                || parsed(url)
                        .filter(uri -> "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))
                        .filter(uri -> uri.getHost() != null)
                        .isPresent();
    }

    static boolean isRedis(String url) {
        return parsed(url)
                .filter(uri -> "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
                .filter(uri -> uri.getHost() != null)
                .isPresent();
    }

    private static boolean isSeveralHosts(String url) {
        return url.matches("jdbc:postgresql://[\\w.-]+(:\\d+)?(,[\\w.-]+(:\\d+)?)+/[^/?]+(\\?.*)?");
    }

    /**
     * For JDBC, which does not accept user and password before the host. Of several hosts the driver connects to the
     * primary, unless the URL has another {@code targetServerType}; without one it would connect to the first that
     * responds.
     */
    static String jdbc(String url) {
        if (isSeveralHosts(url)) {
            return url.contains("targetServerType=")
                    ? url
                    : url + (url.contains("?") ? "&" : "?") + "targetServerType=primary";
        }
        URI uri = URI.create(withoutPrefix(url));
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query;
    }

    /** The part before the at sign, up to the colon. */
    static Optional<String> user(String url) {
        return userInfo(url).map(info -> info.contains(":") ? info.substring(0, info.indexOf(':')) : info);
    }

    static Optional<String> password(String url) {
        return userInfo(url).filter(info -> info.contains(":")).map(info -> info.substring(info.indexOf(':') + 1));
    }

    /** Hides too much rather than too little: a password may itself contain the delimiter. */
    static String withoutPassword(String url) {
        return url.replaceAll("(?i)([?&](ssl)?password=)[^&]*", "$1***").replaceAll("(//[^/@:]*):.*@", "$1:***@");
    }

    private static Optional<String> userInfo(String url) {
        return parsed(url).map(URI::getUserInfo);
    }

    private static Optional<URI> parsed(String url) {
        try {
            return Optional.of(URI.create(withoutPrefix(url)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String withoutPrefix(String url) {
        return url.startsWith(JDBC) ? url.substring(JDBC.length()) : url;
    }
}
