package io.github.shutdown4j.examples.quickstart;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that sends all its requests on one connection and never closes it first. */
final class KeepAliveClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    KeepAliveClient(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The head of the response, in lower case. */
    String get(String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no answer but \"" + head + "\"");
            }
            head.append((char) next);
        }
        String answer = head.toString().toLowerCase(Locale.ROOT);
        int length = Integer.parseInt(answer.replaceFirst("(?s).*content-length: *(\\d+).*", "$1"));
        if (in.readNBytes(length).length < length) {
            throw new EOFException("the answer was cut off");
        }
        return answer;
    }

    /** Waits for the next event: the end, or an unexpected byte. */
    boolean isEnded() throws IOException {
        return in.read() == -1;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
