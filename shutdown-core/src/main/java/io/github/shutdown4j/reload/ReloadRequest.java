package io.github.shutdown4j.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.OneLine;

/** A requested reload and the futures of its callers. Guarded by the lock of the reloader until the reload ends. */
final class ReloadRequest {

    private final String requestedBy;
    private final List<CompletableFuture<ReloadReport>> futures = new ArrayList<>();

    ReloadRequest(String requestedBy) {
        this.requestedBy = OneLine.plain(requestedBy);
    }

    /** Returns the first caller. */
    String requestedBy() {
        return requestedBy;
    }

    CompletableFuture<ReloadReport> join() {
        CompletableFuture<ReloadReport> answer = new CompletableFuture<>();
        futures.add(answer);
        return answer;
    }

    void answer(CallbackExecutor executor, ReloadReport report) {
        futures.forEach(answer -> executor.execute(() -> answer.complete(report)));
    }

    void fail(CallbackExecutor executor, Throwable failure) {
        futures.forEach(answer -> executor.execute(() -> answer.completeExceptionally(failure)));
    }
}
