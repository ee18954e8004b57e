package io.github.shutdown4j.examples.backend.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks settings that contradict each other. */
final class Contradictions {

    /** One for cron, one for statistics, and two for the web. */
    private static final int OTHER_CONNECTIONS = 4;

    private Contradictions() {}

    /** The largest jobs.in_flight for which a pool of this size is sufficient. */
    static int mostInFlight(int poolSize) {
        return (poolSize - OTHER_CONNECTIONS) / 2;
    }

    /** @param wrong settings that were already reported, so their dependent checks are skipped */
    static List<String> in(Settings settings, Set<Setting> wrong) {
        List<String> mistakes = new ArrayList<>();
        if (!wrong.contains(Setting.DATABASE_URL)) {
            inDatabase(settings, mistakes);
        }
        if (!wrong.contains(Setting.JOBS_IN_FLIGHT) && !wrong.contains(Setting.DATABASE_POOL_SIZE)) {
            inPool(settings, mistakes);
        }
        inStores(settings, wrong, mistakes);
        return mistakes;
    }

    private static void inStores(Settings settings, Set<Setting> wrong, List<String> mistakes) {
        if (wrong.contains(Setting.EMBEDDED) || settings.embeddedServers()) {
            return;
        }
        for (Setting url : List.of(Setting.DATABASE_URL, Setting.REDIS_URL)) {
            if (!wrong.contains(url) && settings.text(url).isEmpty()) {
                mistakes.add(url.key() + " is missing: embedded = false, so it must be given, or " + url.variable());
            }
        }
    }

    private static void inDatabase(Settings settings, List<String> mistakes) {
        String url = settings.text(Setting.DATABASE_URL);
        String user = settings.text(Setting.DATABASE_USER);
        String password = settings.text(Setting.DATABASE_PASSWORD);
        if (url.isEmpty() && !(user + password).isEmpty()) {
            mistakes.add("database.user and database.password need database.url; the embedded database has neither");
        }
        if (!user.isEmpty() && Urls.user(url).isPresent()) {
            mistakes.add("database.user: database.url names a user already; give it once");
        }
        if (!password.isEmpty() && Urls.password(url).isPresent()) {
            mistakes.add("database.password: database.url has a password already; give it once");
        }
    }

    private static void inPool(Settings settings, List<String> mistakes) {
        int inFlight = settings.number(Setting.JOBS_IN_FLIGHT);
        int pool = settings.number(Setting.DATABASE_POOL_SIZE);
        int needed = 2 * inFlight + OTHER_CONNECTIONS;
        if (pool < needed) {
            mistakes.add("database.pool_size = " + pool + ": expected at least " + needed
                    + ", a connection for each of 2 x " + inFlight
                    + " jobs (jobs.in_flight), one for cron, one for statistics, and two for the web");
        }
    }
}
