package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;

/** The progress of the stop of one service. Guarded by the lock of the group. */
final class StopProgress {

    /** The stages in their order; a service may skip those it does not need. */
    private enum Stage {
        NOT_REQUESTED,
        REQUESTED,
        INTERRUPTED
    }

    private final Ticker ticker;
    private Stage stage = Stage.NOT_REQUESTED;
    private long requestedAt;
    private boolean runningAtRequest;
    private boolean exiting;
    private boolean callbacksOpen;
    private @Nullable Thread callbackThread;
    private Jfr.@Nullable Span span;

    StopProgress(Ticker ticker) {
        this.ticker = ticker;
    }

    boolean isRequested() {
        return stage != Stage.NOT_REQUESTED;
    }

    void request(String service, boolean running) {
        stage = Stage.REQUESTED;
        requestedAt = ticker.nanoTime();
        runningAtRequest = running;
        span = Jfr.step(ShutdownPhase.STOP.label(), service);
    }

    long requestedAt() {
        return requestedAt;
    }

    boolean wasRunningAtRequest() {
        return runningAtRequest;
    }

    boolean isInterrupted() {
        return stage == Stage.INTERRUPTED;
    }

    /** Records the interrupt; returns the threads to interrupt. */
    List<Thread> interrupt(@Nullable Thread thread) {
        stage = Stage.INTERRUPTED;
        List<Thread> threads = new ArrayList<>();
        if (thread != null) {
            threads.add(thread);
        }
        if (callbackThread != null) {
            threads.add(callbackThread);
        }
        return threads;
    }

    /** Called if one of its threads has called System.exit, which does not return. */
    void exits() {
        exiting = true;
    }

    boolean isExiting() {
        return exiting;
    }

    void callbacksBegin() {
        callbacksOpen = true;
    }

    void callbacksRunOn(Thread caller) {
        callbackThread = caller;
    }

    void callbacksEnd() {
        callbacksOpen = false;
        callbackThread = null;
    }

    boolean hasOpenCallbacks() {
        return callbacksOpen;
    }

    /** The thread that calls the stop callbacks; null if none is running. */
    @Nullable
    Thread callbackThread() {
        return callbacksOpen ? callbackThread : null;
    }

    /** The time from {@code stopBegan} to the request to this service; zero if none of its threads ran then. */
    Duration requestedAfter(long stopBegan) {
        return runningAtRequest ? between(stopBegan, requestedAt) : Duration.ZERO;
    }

    /** The duration of the stop until {@code endedAt}; zero if none of its threads ran at the request. */
    Duration elapsed(long endedAt) {
        return runningAtRequest ? between(requestedAt, endedAt) : Duration.ZERO;
    }

    private static Duration between(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }

    /** Records the result, once. */
    void record(StepResult result) {
        if (span != null) {
            span.end(result.outcome().name(), result.detail(), result.unfinishedCount());
            span = null;
        }
    }
}
