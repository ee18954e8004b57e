package io.github.shutdown4j.examples.process;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client's HTTP/1.1 connection that never retries. The JDK's HTTP client repeats a GET when a kept connection is closed
 * under it, so it would hide the cuts that are counted here.
 */
final class HttpConnection implements Closeable {

    /** Longer than any request of a test takes; reached only by a test that fails anyway. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    /** A complete response, and whether the server closes the connection after it. */
    record Answer(int status, boolean last) {}

    /** Connects; throws if the port is closed. */
    HttpConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a GET and reads the whole response; throws if the connection ends before that. */
    Answer get(String path) throws IOException {
        send(path);
        return receive();
    }

    /** Sends a GET and does not wait. */
    void send(String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
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
