package io.github.shutdown4j.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.shutdown4j.internal.CallbackExecutor;

/** One reload that was asked for, and those who wait for its report. Guarded by the lock of the reloader until it ends. */
final class ReloadRequest {

    private final String by;
    private final List<CompletableFuture<ReloadReport>> waiting = new ArrayList<>();

    ReloadRequest(String by) {
        this.by = by;
    }

    /** The first who asked. */
    String by() {
        return by;
    }

    CompletableFuture<ReloadReport> join() {
        CompletableFuture<ReloadReport> answer = new CompletableFuture<>();
        waiting.add(answer);
        return answer;
    }

    void answer(CallbackExecutor relay, ReloadReport report) {
        waiting.forEach(answer -> relay.execute(() -> answer.complete(report)));
    }

    void fail(CallbackExecutor relay, Throwable failure) {
        waiting.forEach(answer -> relay.execute(() -> answer.completeExceptionally(failure)));
    }
}
