package io.github.shutdown4j.examples.process;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The load detects what a server does to its clients. */
@Timeout(120)
class KeptAndNewLoadTest {

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(workers);
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        workers.shutdownNow();
    }

    private KeptAndNewLoad start(int status) {
        server.createContext("/work", exchange -> {
            try {
                Thread.sleep(exchange.getRequestURI().getQuery().contains("1300") ? 1_300 : 5);
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return KeptAndNewLoad.start(server.getAddress().getPort());
    }

    @Test
    void aStopThatDoesNotWaitCutsKeptConnections() throws Exception {
        KeptAndNewLoad load = start(200);
        await().atMost(ofSeconds(60)).until(() -> load.slowAnswered() >= 2);
        server.stop(0);
        load.awaitEnd();
        assertThat(load.answered()).isGreaterThan(20);
        assertThat(load.cuts()).filteredOn(KeptAndNewLoad.Cut::kept).isNotEmpty();
        assertThat(load.unexpected()).isEmpty();
    }

    @Test
    void aRefusedClientTriesAgain() throws Exception {
        KeptAndNewLoad load = start(503);
        await().atMost(ofSeconds(60)).until(() -> load.refused() > 50);
        server.stop(0);
        load.awaitEnd();
        assertThat(load.answered()).isZero();
        assertThat(load.unexpected()).isEmpty();
    }

    @Test
    void anUnexpectedResponseIsRecorded() throws Exception {
        KeptAndNewLoad load = start(500);
        await().atMost(ofSeconds(60)).until(() -> !load.unexpected().isEmpty());
        server.stop(0);
        load.awaitEnd();
        assertThat(load.unexpected()).contains("/work?ms=5: status 500");
    }
}
