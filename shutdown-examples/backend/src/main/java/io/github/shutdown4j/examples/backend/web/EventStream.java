package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * The server-sent events of one client. Events wait in a queue and are written when the connection takes them, so that no
 * caller is ever held up by a client. One that does not read is cut: when its queue is full, or when it does not take the
 * last event in time. For all threads.
 */
final class EventStream implements WriteListener {

    /** As many events as a client may be behind, apart from what the connection buffers. */
    private static final int MOST_WAITING = 16;

    /** For the last event. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EndPoint connection;
    private final ServletOutputStream out;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final Queue<byte[]> waiting = new ArrayDeque<>(); // guarded by this, as is what follows
    private boolean unflushed;
    private boolean ending;

    private EventStream(Context ctx) throws IOException {
        connection = ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        out = ctx.res().getOutputStream();
    }

    /** Begins the answer, whose head is set already; the context must be asynchronous. */
    static EventStream open(Context ctx) throws IOException {
        EventStream stream = new EventStream(ctx);
        stream.out.setWriteListener(stream);
        return stream;
    }

    /** The bytes of an event, for any number of streams. */
    static byte[] event(String name, Object data) {
        try {
            String json = Body.MAPPER.writeValueAsString(data);
            return ("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + data, e);
        }
    }

    /** Completes when everything has been written after {@link #end}, when the client has gone, and when it is cut. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Writes this event after those that wait; does nothing after {@link #end}. */
    void send(byte[] event) {
        boolean full;
        synchronized (this) {
            if (ending) {
                return;
            }
            full = waiting.size() == MOST_WAITING;
            waiting.add(event);
        }
        if (full) {
            cut();
        } else {
            write();
        }
    }

    /** Writes this event as the last one, and cuts the client if it has not taken it after two seconds. */
    void end(byte[] last) {
        synchronized (this) {
            if (ending) {
                return;
            }
            ending = true;
            waiting.add(last);
        }
        write();
        // On the thread of the timer: the usual executor of a machine with two processors makes one for each client.
        CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(this::cut);
    }

    @Override
    public void onWritePossible() {
        write();
    }

    @Override
    public void onError(Throwable gone) {
        ended.complete(null);
    }

    private void cut() {
        if (!ended.isDone()) {
            connection.close();
            ended.complete(null);
        }
    }

    private void write() {
        boolean over;
        try {
            over = writeWhileReady();
        } catch (IOException gone) {
            over = true;
        }
        if (over) {
            ended.complete(null); // outside of the lock, as others act on it
        }
    }

    /** Returns whether the last event has been written. The container calls back when it is ready again. */
    private synchronized boolean writeWhileReady() throws IOException {
        while (!ended.isDone() && out.isReady()) {
            byte[] next = waiting.poll();
            if (next != null) {
                out.write(next);
                unflushed = true;
            } else if (unflushed) {
                unflushed = false;
                out.flush();
            } else {
                return ending;
            }
        }
        return false;
    }
}
