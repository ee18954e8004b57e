package io.github.shutdown4j.examples.systemd;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Sends its requests on one connection for as long as the server keeps it. Opens another one after "Connection: close"
 * and, as HTTP allows for GET, repeats a request once if a reused connection ends without a single byte of a response:
 * the server closed it while the request was in transit.
 */
final class KeepAliveClient implements AutoCloseable {

    private final int port;
    private Socket connection;
    private InputStream in;
    private int answersOnConnection;
    private int reused;
    private int announced;
    private int repeated;

    KeepAliveClient(int port) {
        this.port = port;
    }

    /** The status line. */
    String get(String path) throws IOException {
        boolean fresh = connection == null;
        String status = attempt(path);
        if (status.isEmpty() && !fresh) {
            repeated++;
            status = attempt(path);
        }
        return status;
    }

    /** The number of requests on reused connections. */
    int reused() {
        return reused;
    }

    /** The number of connections that the server has ended with "Connection: close". */
    int announced() {
        return announced;
    }

    int repeated() {
        return repeated;
    }

    private String attempt(String path) throws IOException {
        if (connection == null) {
            connection = new Socket(InetAddress.getLoopbackAddress(), port);
            connection.setSoTimeout(60_000);
            in = new BufferedInputStream(connection.getInputStream());
            answersOnConnection = 0;
        }
        if (!hasAnswer(path)) {
            close();
            return "";
        }
        String status = line();
        readRest();
        return status;
    }

    /** Sends the request and waits for the first byte. */
    private boolean hasAnswer(String path) throws IOException {
        try {
            connection
                    .getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            in.mark(1);
            boolean some = in.read() != -1;
            in.reset();
            return some;
        } catch (SocketException e) {
            if (answersOnConnection == 0) {
                throw e;
            }
            return false;
        }
    }

    private void readRest() throws IOException {
        int length = 0;
        boolean last = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            last |= lower.equals("connection: close");
        }
        if (in.readNBytes(length).length < length) {
            throw new IOException("answer cut off");
        }
        if (answersOnConnection++ > 0) {
            reused++;
        }
        if (last) {
            announced++;
            close();
        }
    }

    /** Without the line end. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next == -1) {
                throw new IOException("answer cut off after '" + line + "'");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
