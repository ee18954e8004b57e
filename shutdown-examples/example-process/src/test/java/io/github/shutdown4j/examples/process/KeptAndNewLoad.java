package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that send requests until the server no longer accepts connections. Some keep a connection for as long as the
 * server does, others open one for each request. A connection that ends before the response is a cut; cuts on kept
 * connections and on new ones are counted separately. Some requests take longer than the announcement of a shutdown.
 */
public final class KeptAndNewLoad {

    private static final int KEEPING = 4;
    private static final int KEEPING_SLOW = 2;
    private static final int RECONNECTING = 3;
    /** The number of clients. */
    public static final int CLIENTS = KEEPING + KEEPING_SLOW + RECONNECTING;

    private static final String QUICK = "/work?ms=5";
    private static final String SLOW = "/work?ms=1300";

    /** The time between two requests of a client, during which kept connections are idle. */
    private static final long PAUSE_MILLIS = 15;

    /**
     * A client drops a connection that was idle for longer, as a pool of connections does. The server announces the close of a
     * connection in a response, so a client that sends nothing during the whole announcement, because the machine is loaded,
     * does not hear of it.
     */
    private static final long MAX_IDLE_MILLIS = 500;

    /** A connection that ended before the response, and whether an earlier request had been answered on it. */
    public record Cut(boolean kept, String how) {}

    private final int port;
    private final String slow;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong slowAnswered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<Cut> cuts = new CopyOnWriteArrayList<>();
    private final List<String> unexpected = new CopyOnWriteArrayList<>();
    private final List<Thread> clients = new ArrayList<>();

    private KeptAndNewLoad(int port, String slow) {
        this.port = port;
        this.slow = slow;
    }

    /** Starts the clients. */
    public static KeptAndNewLoad start(int port) {
        return start(port, QUICK, SLOW);
    }

    /** Starts the clients, for a server with other paths. */
    public static KeptAndNewLoad start(int port, String quick, String slow) {
        KeptAndNewLoad load = new KeptAndNewLoad(port, slow);
        load.add(KEEPING, true, quick);
        load.add(KEEPING_SLOW, true, slow);
        load.add(RECONNECTING, false, quick);
        return load;
    }

    private void add(int count, boolean keeps, String path) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> ask(keeps, path), "client");
            thread.setDaemon(true);
            thread.start();
            clients.add(thread);
        }
    }

    private void ask(boolean keeps, String path) {
        HttpConnection connection = null;
        long idleSince = 0;
        try {
            while (true) {
                if (connection != null && millisSince(idleSince) > MAX_IDLE_MILLIS) {
                    connection.close();
                    connection = null;
                }
                boolean kept = connection != null;
                if (connection == null) {
                    connection = connect();
                    if (connection == null) {
                        return;
                    }
                }
                // Not from the arrival of the response: a loaded machine may keep the client from reading it.
                idleSince = System.nanoTime() + workNanos(path);
                if (!ask(connection, kept, path) || !keeps) {
                    connection.close();
                    connection = null;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (IOException | RuntimeException broken) {
            unexpected.add(broken.toString());
        } catch (InterruptedException unused) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long the server works on a request at least. */
    private static long workNanos(String path) {
        int at = path.indexOf("ms=");
        return at < 0 ? 0 : TimeUnit.MILLISECONDS.toNanos(Long.parseLong(path.substring(at + "ms=".length())));
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private HttpConnection connect() {
        try {
            return new HttpConnection(port);
        } catch (IOException nobodyListens) {
            return null;
        }
    }

    /** Sends one request; returns whether the connection can be kept. */
    private boolean ask(HttpConnection connection, boolean kept, String path) {
        HttpConnection.Answer answer;
        try {
            answer = connection.get(path);
        } catch (IOException cut) {
            cuts.add(new Cut(kept, path + ": " + cut));
            return false;
        }
        switch (answer.status()) {
            case 200 -> {
                answered.incrementAndGet();
                if (path.equals(slow)) {
                    slowAnswered.incrementAndGet();
                }
            }
            case 503 -> refused.incrementAndGet();
            default -> unexpected.add(path + ": status " + answer.status());
        }
        return !answer.last();
    }

    /** The number of requests answered with 200 so far. */
    public long answered() {
        return answered.get();
    }

    /** The number of those that took longer than an announcement. */
    public long slowAnswered() {
        return slowAnswered.get();
    }

    /** The number of requests answered with 503. */
    public long refused() {
        return refused.get();
    }

    /** The connections that ended before the response. */
    public List<Cut> cuts() {
        return cuts;
    }

    /** Responses with a status other than 200 and 503, or without a valid one. */
    public List<String> unexpected() {
        return unexpected;
    }

    /** Waits until the port is closed and every client has ended. */
    public KeptAndNewLoad awaitEnd() throws InterruptedException {
        long from = System.nanoTime();
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(90));
            if (client.isAlive()) {
                throw new AssertionError("a client is still served or still waits "
                        + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from) + " s after the end was awaited");
            }
        }
        return this;
    }
}
