package io.github.shutdown4j.examples.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * A service like those of generated code, with a method of each kind: a response after a delay, streams of responses, an endless
 * one among them, a stream of requests, and an endless conversation. Messages are text, so that this example needs no compiler for
 * protocol buffers.
 */
final class Ticks {

    static final MethodDescriptor<String, String> WAIT = method("Wait", MethodType.UNARY);
    static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> SUBSCRIBE = method("Subscribe", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> WORK = method("Work", MethodType.BIDI_STREAMING);
    static final MethodDescriptor<String, String> UPLOAD = method("Upload", MethodType.CLIENT_STREAMING);
    static final MethodDescriptor<String, String> DOWNLOAD = method("Download", MethodType.SERVER_STREAMING);

    private final AtomicLong finished = new AtomicLong();

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("Ticks", name))
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder("Ticks")
                .addMethod(WAIT, ServerCalls.asyncUnaryCall(this::waitFor))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(this::countTo))
                .addMethod(SUBSCRIBE, ServerCalls.asyncServerStreamingCall(this::subscribe))
                .addMethod(WORK, ServerCalls.asyncBidiStreamingCall(this::work))
                .addMethod(UPLOAD, ServerCalls.asyncClientStreamingCall(this::upload))
                .addMethod(DOWNLOAD, ServerCalls.asyncServerStreamingCall(this::download))
                .build();
    }

    /** The number of completed calls. */
    long finished() {
        return finished.get();
    }

    private void waitFor(String milliseconds, StreamObserver<String> answer) {
        pause(Long.parseLong(milliseconds));
        finished.incrementAndGet();
        answer.onNext("done");
        answer.onCompleted();
    }

    private void countTo(String last, StreamObserver<String> answer) {
        for (int i = 1; i <= Integer.parseInt(last); i++) {
            pause(100);
            answer.onNext(Integer.toString(i));
        }
        finished.incrementAndGet();
        answer.onCompleted();
    }

    /** Returns at once, like an event-driven service. */
    private void subscribe(String topic, StreamObserver<String> answer) {
        answer.onNext("subscribed to " + topic);
    }

    /** Sends a hundred parts, each when the client has read enough of those before. */
    private void download(String part, StreamObserver<String> answer) {
        ServerCallStreamObserver<String> client = (ServerCallStreamObserver<String>) answer;
        AtomicInteger sent = new AtomicInteger();
        client.setOnReadyHandler(() -> {
            while (client.isReady() && sent.get() < 100) {
                client.onNext(part);
                if (sent.incrementAndGet() == 100) {
                    finished.incrementAndGet();
                    client.onCompleted();
                }
            }
        });
    }

    /** Works on each message for so many milliseconds, then answers it. */
    private StreamObserver<String> work(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String milliseconds) {
                System.out.println("works for " + milliseconds);
                pause(Long.parseLong(milliseconds));
                finished.incrementAndGet();
                answer.onNext("done " + milliseconds);
            }

            @Override
            public void onError(Throwable clientHasLeft) {}

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    /** Answers with the parts when the client has sent the last one. */
    private StreamObserver<String> upload(StreamObserver<String> answer) {
        StringBuilder parts = new StringBuilder();
        return new StreamObserver<>() {
            @Override
            public void onNext(String part) {
                System.out.println("received " + part);
                parts.append(part);
            }

            @Override
            public void onError(Throwable clientHasLeft) {}

            @Override
            public void onCompleted() {
                finished.incrementAndGet();
                answer.onNext(parts.toString());
                answer.onCompleted();
            }
        };
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException timedOut) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("timed out", timedOut);
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
