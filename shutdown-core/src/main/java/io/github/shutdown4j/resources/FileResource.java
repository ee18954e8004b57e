package io.github.shutdown4j.resources;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.Flushable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** Flushes, forces and closes the layers of streams and channels of one file. */
final class FileResource extends NamedResource {

    private final List<CheckedRunnable> steps;

    private FileResource(String name, List<CheckedRunnable> steps) {
        super(name, FILE_PRIORITY);
        this.steps = steps;
    }

    /** All layers are flushed, outermost first, then all forced, then all closed. */
    static Resource of(String name, List<Closeable> layers) {
        Checks.notBlank("name", name);
        List<CheckedRunnable> steps = new ArrayList<>();
        for (Closeable layer : layers) {
            if (layer instanceof Flushable flushable) {
                steps.add(() -> flush(flushable));
            }
        }
        for (Closeable layer : layers) {
            steps.add(() -> force(layer));
        }
        for (Closeable layer : layers) {
            steps.add(layer::close);
        }
        return new FileResource(name, List.copyOf(steps));
    }

    private static void flush(Flushable target) throws IOException {
        target.flush();
        // These two types do not throw; they remember the failure.
        boolean failed = (target instanceof PrintStream stream && stream.checkError())
                || (target instanceof PrintWriter writer && writer.checkError());
        if (failed) {
            throw new IOException("a write has failed, now or earlier; "
                    + target.getClass().getName() + " does not say which, or why");
        }
    }

    private static void force(Closeable target) throws IOException {
        if (target instanceof Channel channel && !channel.isOpen()) {
            return;
        }
        if (target instanceof FileChannel channel) {
            channel.force(true);
        } else if (target instanceof AsynchronousFileChannel channel) {
            channel.force(true);
        } else if (target instanceof FileOutputStream stream) {
            sync(stream.getFD());
        } else if (target instanceof RandomAccessFile file) {
            sync(file.getFD());
        }
    }

    private static void sync(FileDescriptor descriptor) throws IOException {
        if (descriptor.valid()) {
            descriptor.sync();
        }
    }

    @Override
    public void release() throws Exception {
        @Nullable Throwable first = null;
        for (CheckedRunnable step : steps) {
            try {
                step.run();
            } catch (Throwable failure) {
                first = Failures.join(first, failure);
            }
        }
        Failures.rethrow(first);
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' closing a file";
    }
}
