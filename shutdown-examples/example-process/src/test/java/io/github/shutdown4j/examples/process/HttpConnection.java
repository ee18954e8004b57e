package io.github.shutdown4j.examples.process;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client's HTTP/1.1 connection that never retries. The JDK's HTTP client repeats a GET when a kept connection is closed
 * under it, so it would hide the cuts that are counted here.
 */
final class HttpConnection implements Closeable {

    /** Longer than any request of a test takes; reached only by a test that fails anyway. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** A complete response, and whether the server closes the connection after it. */
    record Answer(int status, boolean last) {}

    /** Connects; throws if the port is closed. */
    HttpConnection(int port) throws IOException {
        this(port, false);
    }

    private HttpConnection(int port, boolean small) throws IOException {
        if (small) {
            socket.setReceiveBufferSize(10_000);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects, as a client for which the system holds little of what is not yet read. */
    static HttpConnection withSmallBuffer(int port) throws IOException {
        return new HttpConnection(port, true);
    }

    /** Sends a GET and reads the whole response; throws if the connection ends before that. */
    Answer get(String path) throws IOException {
        send(path);
        return receive();
    }

    /** Sends a request without content, such as "OPTIONS *", and reads the whole response. */
    Answer request(String methodAndTarget) throws IOException {
        String request = methodAndTarget + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return receive();
    }

    /** Sends a GET for each path, all at once, and does not wait. */
    void send(String... paths) throws IOException {
        String requests = Stream.of(paths)
                .map(path -> "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .collect(Collectors.joining());
        socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a GET that asks for a WebSocket, and does not wait. The server may answer it like any other. */
    void sendUpgrade(String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a GET with half of its content, which a server can answer without it. */
    void sendHalf(String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a POST, and the first half of its content once the server asks for it, as curl does it with large ones. */
    void beginUpload(String path) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                + "Expect: 100-continue\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        String status = line();
        while (!line().isEmpty()) {
            // a header
        }
        if (!status.contains(" 100 ")) {
            throw new IOException("expected 100, received " + status);
        }
        socket.getOutputStream().write("5\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends the second half. */
    void endUpload() throws IOException {
        socket.getOutputStream().write("6\r\n world\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Opens a WebSocket, and then neither reads nor writes. */
    void upgradeToWebSocket(String path) throws IOException {
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String status = line();
        if (!status.contains(" 101 ")) {
            throw new IOException("expected 101, received " + status);
        }
    }

    /** Waits until an answer begins. */
    void awaitAnswer() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            throw new EOFException("the connection ended before an answer");
        }
        in.reset();
    }

    /** Reads the whole answer; throws if the connection ends before that. */
    Answer receive() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        boolean last = false;
        long length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
            String value = header.substring(header.indexOf(':') + 1).strip().toLowerCase(Locale.ROOT);
            switch (name) {
                case "connection" -> last = value.equals("close");
                case "content-length" -> length = Long.parseLong(value);
                case "transfer-encoding" -> length = -2;
                default -> {}
            }
        }
        if (length == -2) {
            readChunks();
        } else if (length >= 0) {
            in.skipNBytes(length);
        } else {
            in.readAllBytes();
            last = true;
        }
        return new Answer(status, last);
    }

    private void readChunks() throws IOException {
        int size;
        do {
            size = Integer.parseInt(line(), 16);
            in.skipNBytes(size);
            if (!line().isEmpty()) {
                throw new IOException("expected the end of a chunk");
            }
        } while (size > 0);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after " + line.length() + " characters of a line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
