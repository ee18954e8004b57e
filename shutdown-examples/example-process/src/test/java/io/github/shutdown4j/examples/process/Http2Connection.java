package io.github.shutdown4j.examples.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A client's HTTP/2 connection without TLS, at the level of frames. Libraries hide the end of a server: they retry, and
 * do not distinguish a reset stream from a closed connection.
 */
public final class Http2Connection implements Closeable {

    public static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    public static final int GOAWAY = 7;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;

    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** Longer than any request of a test takes; reached only by a test that fails anyway. */
    private static final int PATIENCE_MILLIS = 60_000;

    /** One frame, RFC 9113 section 4.1. */
    public record Frame(int type, int flags, int stream, byte[] payload) {

        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        @Override
        public String toString() {
            return "frame of type " + type + " on stream " + stream + ", flags " + flags + ", " + payload.length
                    + " bytes";
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private int lastStream = -1;

    /** Connects to a server that is known to speak HTTP/2 without an upgrade. */
    public Http2Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(SETTINGS, 0, 0, new byte[0]);
    }

    /** Sends a GET on a new stream, and returns the number of the stream. */
    public int get(String path) throws IOException {
        lastStream += 2;
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.write(new byte[] {(byte) 0x82, (byte) 0x86}); // :method GET, :scheme http
        literal(fields, 4, path); // :path
        literal(fields, 1, "localhost"); // :authority
        write(HEADERS, END_HEADERS | END_STREAM, lastStream, fields.toByteArray());
        return lastStream;
    }

    /** A field that the table of names has at {@code index}, RFC 7541 section 6.2.2. */
    private static void literal(ByteArrayOutputStream to, int index, String value) {
        to.write(index);
        to.write(value.length());
        to.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns the frames that arrive until the server has processed everything sent before. */
    List<Frame> ping() throws IOException {
        write(PING, 0, 0, new byte[8]);
        List<Frame> frames = new ArrayList<>();
        Frame frame = read();
        while (frame.type() != PING || (frame.flags() & ACK) == 0) {
            frames.add(frame);
            frame = read();
        }
        return frames;
    }

    /** Lets the server send so many more bytes on a stream, or on all together for the stream 0. It begins with 65,535. */
    public void allow(int stream, int bytes) throws IOException {
        write(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /** The frames up to the first data of a stream. */
    public List<Frame> awaitData(int stream) throws IOException {
        return await(frame -> frame.stream() == stream && frame.type() == DATA);
    }

    /** The frames up to the end of a stream, however it ends. */
    public List<Frame> awaitEnd(int stream) throws IOException {
        return await(frame -> frame.stream() == stream && (frame.endsStream() || frame.type() == RST_STREAM));
    }

    private List<Frame> await(Predicate<Frame> last) throws IOException {
        List<Frame> frames = new ArrayList<>();
        Frame frame;
        do {
            frame = read();
            frames.add(frame);
        } while (!last.test(frame));
        return frames;
    }

    /** The frames up to the end of the connection. */
    public List<Frame> awaitClose() {
        List<Frame> frames = new ArrayList<>();
        try {
            while (true) {
                frames.add(read());
            }
        } catch (IOException closed) {
            return frames;
        }
    }

    /** The next frame; answers those that require an answer. */
    private Frame read() throws IOException {
        int length = in.read();
        if (length < 0) {
            throw new EOFException("the server has closed the connection");
        }
        length = length << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        Frame frame = new Frame(type, flags, stream, in.readNBytes(length));
        if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
            acknowledge(frame);
        }
        return frame;
    }

    /** The server may have closed the connection already; what it sent before is still to be read. */
    private void acknowledge(Frame frame) {
        try {
            write(frame.type(), ACK, 0, frame.type() == PING ? frame.payload() : new byte[0]);
        } catch (IOException closed) {
            // The next read tells.
        }
    }

    private void write(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.writeBytes(new byte[] {0, 0, 0, (byte) stream});
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
