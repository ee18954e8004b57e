package io.github.shutdown4j.examples.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * A service like those of generated code: one response after a delay, a stream of a given number of responses, 100 ms apart, or
 * an endless stream. Messages are text, so that this example needs no compiler for protocol buffers.
 */
final class Ticks {

    static final MethodDescriptor<String, String> WAIT = method("Wait", MethodType.UNARY);
    static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);

    static final MethodDescriptor<String, String> SUBSCRIBE = method("Subscribe", MethodType.SERVER_STREAMING);

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
