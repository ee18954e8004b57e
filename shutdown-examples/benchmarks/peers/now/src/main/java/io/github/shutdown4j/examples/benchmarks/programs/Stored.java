package io.github.shutdown4j.examples.benchmarks.programs;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.LoggerFactory;

/**
 * The minimum of a program that opens a store, loads and saves, without a store: it locks a file, reads a record by databind if
 * there is one, and writes one to a file that it forces and moves. The second argument is the file; the names of the classes of
 * a store follow, which it only loads and initializes.
 */
public final class Stored {

    private Stored() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(Stored.class).info("starts");
        for (int i = 2; i < args.length; i++) {
            var unused = Class.forName(args[i]);
        }
        Path file = Path.of(args[1]).toAbsolutePath();
        try (FileChannel lock = open(Path.of(file + ".lock"))) {
            var unused = lock.lock();
            ObjectMapper mapper = new ObjectMapper();
            if (Files.exists(file)) {
                var ignored = mapper.readValue(Files.readAllBytes(file), Coordinated.State.class);
            }
            Path fresh = Path.of(file + ".tmp");
            try (FileChannel written = open(fresh)) {
                written.write(ByteBuffer.wrap(mapper.writeValueAsBytes(new Coordinated.State(1))));
                written.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
        Ready.reportAndWait(args[0]);
    }

    private static FileChannel open(Path file) throws Exception {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }
}
