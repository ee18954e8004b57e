package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.checkpoint.CheckpointTask.LateException;
import io.github.shutdown4j.checkpoint.CheckpointTask.StoppedException;
import io.github.shutdown4j.internal.Deadline;

/** Hands jobs to a checkpoint's worker and tells the caller what came of them in the caller's terms. */
final class CheckpointCalls {

    private final Path file;
    private final CheckpointWorker worker;

    CheckpointCalls(Path file, CheckpointWorker worker) {
        this.file = file;
        this.worker = worker;
    }

    /** One of the ways to hand a job over. */
    interface Submission<R> {
        CheckpointTask<R> submit() throws StoppedException;
    }

    <R> R call(String what, Callable<R> body, Deadline deadline) throws CheckpointException {
        return await(submit(() -> worker.submit(what, body)), deadline);
    }

    <R> CheckpointTask<R> submit(Submission<R> submission) throws CheckpointException {
        if (worker.isCurrent()) {
            throw new IllegalStateException("the supplier and the codec of a checkpoint must not call its store");
        }
        try {
            return submission.submit();
        } catch (StoppedException e) {
            throw new CheckpointException(Kind.CLOSED, file, "begin", "the store is closed", null);
        }
    }

    <R> R await(CheckpointTask<R> job, Deadline deadline) throws CheckpointException {
        try {
            return worker.await(job, deadline);
        } catch (LateException e) {
            throw new CheckpointException(
                    Kind.ABANDONED,
                    file,
                    worker.step(),
                    "timed out " + e.getMessage() + "; what was saved before stands",
                    null);
        } catch (CheckpointException e) {
            throw e.again();
        } catch (Throwable e) {
            throw new CheckpointException(
                    Kind.UNUSABLE, file, worker.step(), "failed: " + CheckpointReader.firstLine(e), e);
        }
    }
}
