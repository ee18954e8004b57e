package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The real disk; a test can make any operation fail or hang, and see which were performed. */
final class CheckpointFaultyFileSystem implements CheckpointFileSystem {

    /** Called before each operation that changes something; may throw or block. */
    interface Fault {
        void before(String operation, Path file) throws IOException;
    }

    private final CheckpointFileSystem real = new NioFileSystem();
    final List<String> operations = Collections.synchronizedList(new ArrayList<>());
    volatile Fault fault = (operation, file) -> {};
    volatile boolean shortWrites;
    volatile String permissions;

    private void operation(String operation, Path file) throws IOException {
        operations.add(operation);
        fault.before(operation, file);
    }

    List<String> take() {
        synchronized (operations) {
            List<String> taken = List.copyOf(operations);
            operations.clear();
            return taken;
        }
    }

    @Override
    public Entry stat(Path file) throws IOException {
        return real.stat(file);
    }

    @Override
    public NewFile create(Path file) throws IOException {
        operation("create", file);
        NewFile out = real.create(file);
        return new NewFile() {
            private boolean forceFailed;

            @Override
            public void write(ByteBuffer bytes) throws IOException {
                operation("write", file);
                if (!shortWrites) {
                    out.write(bytes);
                    return;
                }
                ByteBuffer one = bytes.duplicate();
                one.limit(one.position() + 1);
                out.write(one);
                bytes.position(one.position());
            }

            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                operation("patch", file);
                out.write(bytes, position);
            }

            @Override
            public void force() throws IOException {
                if (forceFailed) {
                    throw new AssertionError("forced again after a failure");
                }
                forceFailed = true;
                operation("force", file);
                out.force();
                forceFailed = false;
            }

            @Override
            public void close() throws IOException {
                out.close();
                operation("close", file);
            }
        };
    }

    @Override
    public String copyAccess(Path model, Path copy) throws IOException {
        operation("access", copy);
        return real.copyAccess(model, copy);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        operation("link", link);
        real.link(existing, link);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        operation(to.toString().endsWith(".prev") ? "move to previous" : "move", to);
        real.move(from, to);
    }

    @Override
    public OpenDirectory openDirectory(Path directory) throws IOException {
        operation("open directory", directory);
        OpenDirectory open = real.openDirectory(directory);
        return new OpenDirectory() {
            private boolean forceFailed;

            @Override
            public void force() throws IOException {
                if (forceFailed) {
                    throw new AssertionError("forced again after a failure");
                }
                forceFailed = true;
                operation("force directory", directory);
                open.force();
                forceFailed = false;
            }

            @Override
            public void close() throws IOException {
                open.close();
                operation("close directory", directory);
            }
        };
    }

    @Override
    public void delete(Path file) throws IOException {
        operation("delete", file);
        real.delete(file);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        operation("read", file);
        return real.open(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        operation("list", directory);
        return real.list(directory);
    }

    @Override
    public String sharedPermissions(Path file) throws IOException {
        return permissions != null ? permissions : real.sharedPermissions(file);
    }

    @Override
    public void forceFile(Path file) throws IOException {
        operation("force file", file);
        real.forceFile(file);
    }
}
