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
 * The server-sent events of one client. Events are queued and written when the connection accepts them, so that a slow client
 * does not block callers. A client that does not read is cut off when its queue is full, or when it does not accept the last
 * event in time. Thread-safe.
 */
final class EventStream implements WriteListener {

    /** The maximum number of queued events, in addition to the buffers of the connection. */
    private static final int MOST_WAITING = 16;

    /** For the last event. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EndPoint connection;
    private final ServletOutputStream out;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final Queue<byte[]> waiting = new ArrayDeque<>(); // guarded by this, like the following fields
    private boolean unflushed;
    private boolean ending;

    private EventStream(Context ctx) throws IOException {
        connection = ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        out = ctx.res().getOutputStream();
    }

    /** Starts the response, whose head is already set; the context must be asynchronous. */
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

    /** Completes when everything is written after {@link #end}, or the client has disconnected or was cut off. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Queues this event; does nothing after {@link #end}. */
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

    /** Queues this event as the last one, and cuts the client off if it has not accepted it after two seconds. */
    void end(byte[] last) {
        synchronized (this) {
            if (ending) {
                return;
            }
            ending = true;
            waiting.add(last);
        }
        write();
        // On the thread of the timer: the default executor creates one thread for each client on a machine with two
        // processors.
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
            ended.complete(null); // outside of the lock, because dependents run now
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
