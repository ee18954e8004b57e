package io.github.shutdown4j.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a program that is told one and binds it later. It lies below the ports that Linux, macOS and Windows give to
 * outgoing connections and to those who ask for any port, so in the meantime nobody is given it by chance, and a client that
 * is too early cannot be connected to itself.
 */
public final class FreePort {

    private static final int LOWEST = 20_000;
    /** The first that Linux gives away by itself. */
    private static final int END = 32_768;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * One that nobody listens on, and that this JVM has not been given before.
     *
     * @throws IllegalStateException if there is none
     */
    public static int find() {
        return find(LOWEST, END);
    }

    static int find(int lowest, int end) {
        int offset = ThreadLocalRandom.current().nextInt(end - lowest);
        for (int i = 0; i < end - lowest; i++) {
            int port = lowest + (offset + i) % (end - lowest);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + lowest + " to " + (end - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket unused = new ServerSocket(port)) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
