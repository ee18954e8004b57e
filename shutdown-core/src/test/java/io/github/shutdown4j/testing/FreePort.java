package io.github.shutdown4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a program that binds it later. It is below the range from which Linux, macOS and Windows assign ports to
 * outgoing connections and to programs that bind port 0, so it is not assigned to another program by chance, and a
 * client that connects too early cannot connect to itself.
 */
public final class FreePort {

    private static final int LOWEST = 20_000;
    /** The first port of the range that Linux assigns. */
    private static final int END = 32_768;

    /** Of each port, the byte at its number is locked until this JVM ends, so that no other JVM returns it before it is bound. */
    private static final FileChannel RESERVATIONS = open();

    private static final Set<FileLock> RESERVED = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * Returns a port on which nobody listens and which no running JVM has returned before.
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
            if (isFree(port) && reserve(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + lowest + " to " + (end - 1));
    }

    private static FileChannel open() {
        Path file =
                Path.of(System.getProperty("java.io.tmpdir"), "shutdown4j-ports-" + System.getProperty("user.name"));
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean reserve(int port) {
        try {
            FileLock lock = RESERVATIONS.tryLock(port, 1, false);
            return lock != null && RESERVED.add(lock);
        } catch (OverlappingFileLockException byThisJvm) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket unused = new ServerSocket(port)) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
