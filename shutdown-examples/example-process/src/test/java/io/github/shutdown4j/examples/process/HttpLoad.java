package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send requests on kept connections until they are refused. */
public final class HttpLoad {

    /** Long enough for a loaded machine and the longest request of a test; reached only by a test that fails anyway. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final List<Thread> clients = new ArrayList<>();

    private HttpLoad() {}

    /** Starts this many clients; each waits for the response, then sends the next request. */
    public static HttpLoad start(String uri, int clients) {
        return new HttpLoad().add(uri, clients, Long.MAX_VALUE);
    }

    /** Starts more clients, which send one request each. */
    public HttpLoad once(String uri, int more) {
        return add(uri, more, 1);
    }

    private HttpLoad add(String uri, int count, long requests) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).build();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> send(request, requests), "client");
            thread.setDaemon(true);
            thread.start();
            clients.add(thread);
        }
        return this;
    }

    private void send(HttpRequest request, long requests) {
        try {
            for (long i = 0; i < requests; i++) {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 503) {
                    refused.incrementAndGet();
                    return;
                }
                if (response.statusCode() != 200) {
                    broken.add("status " + response.statusCode());
                    return;
                }
                answered.incrementAndGet();
            }
        } catch (ConnectException nobodyListens) {
            refused.incrementAndGet();
        } catch (IOException | InterruptedException lost) {
            broken.add(lost.toString());
        }
    }

    /** The number of requests answered with 200 so far. */
    public long answered() {
        return answered.get();
    }

    /** The number of clients that were refused, by a 503 or by a closed port. */
    public long refused() {
        return refused.get();
    }

    /** Failures: other responses, and connections that ended before the response. */
    public List<String> broken() {
        return broken;
    }

    /** Waits until every client has been refused or is done. */
    public HttpLoad awaitEnd() throws InterruptedException {
        for (Thread thread : clients) {
            thread.join(PATIENCE.toMillis());
        }
        return this;
    }
}
