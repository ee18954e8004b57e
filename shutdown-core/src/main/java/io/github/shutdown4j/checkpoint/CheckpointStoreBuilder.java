package io.github.shutdown4j.checkpoint;

import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Ticker;

/**
 * Builds a {@link CheckpointStore}. Every setting has a default. Not thread-safe.
 *
 * <pre>{@code
 * CheckpointStore<Position> store = CheckpointStore.builder(Path.of("position.json"), Position.class)
 *         .schemaVersion(2)
 *         .migration(1, CheckpointMigration.of(PositionV1.class, old -> new Position("orders", old.offset())))
 *         .previousGenerations(3)
 *         .open();
 * }</pre>
 */
public final class CheckpointStoreBuilder<T> {

    private static final int DEFAULT_MAX_BYTES = 256 << 20;

    private final Path file;
    private CheckpointCodec<T> codec;
    private String name;
    private int schemaVersion = 1;
    private final Map<Integer, CheckpointMigration> migrations = new HashMap<>();
    private long maxBytes = DEFAULT_MAX_BYTES;
    private int previousGenerations = 1;
    private Duration timeout = Duration.ofSeconds(30);
    private CheckpointFileSystem disk = new NioFileSystem();
    private Ticker ticker = Ticker.current();

    CheckpointStoreBuilder(Path file, Type type) {
        Checks.notNull("file", file);
        Path last = file.getFileName();
        if (last == null || last.toString().isEmpty()) {
            throw new IllegalArgumentException("file must name a file, was \"" + file + "\"");
        }
        this.file = file;
        this.name = last.toString();
        this.codec = new JsonCodec<>(type);
    }

    /** Sets the codec. Default: indented JSON by Jackson. */
    public CheckpointStoreBuilder<T> codec(CheckpointCodec<T> codec) {
        this.codec = Checks.notNull("codec", codec);
        return this;
    }

    /** Sets the name in logs and reports. Default: that of the file. */
    public CheckpointStoreBuilder<T> name(String name) {
        this.name = Checks.notBlank("name", name);
        return this;
    }

    /**
     * Sets the schema version of the state, at least 1, which is the default. Raise it if older files need a {@linkplain
     * #migration migration}, or if an older release of the application must not touch newer files.
     */
    public CheckpointStoreBuilder<T> schemaVersion(int schemaVersion) {
        this.schemaVersion = Checks.atLeast("schemaVersion", schemaVersion, 1);
        return this;
    }

    /**
     * Adds the migration of a state from schema version {@code from} to {@code from + 1}. Default: none. From the oldest
     * version with a migration up to the schema version, none may be missing.
     *
     * @param from at least 1
     * @throws IllegalArgumentException if there is a migration from this version already
     */
    public CheckpointStoreBuilder<T> migration(int from, CheckpointMigration migration) {
        Checks.atLeast("from", from, 1);
        if (migrations.putIfAbsent(from, Checks.notNull("migration", migration)) != null) {
            throw new IllegalArgumentException("there is a migration from " + from + " already");
        }
        return this;
    }

    /**
     * Sets the maximum size of the file in bytes, from 1024 to 2 GiB less 16 bytes. Default: 256 MiB. A larger intact
     * file is left untouched; loads and saves throw {@link Kind#INCOMPATIBLE}.
     */
    public CheckpointStoreBuilder<T> maxBytes(long maxBytes) {
        if (maxBytes < 1024 || maxBytes > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException(
                    "maxBytes must be from 1024 to " + (Integer.MAX_VALUE - 16) + ", was " + maxBytes);
        }
        this.maxBytes = maxBytes;
        return this;
    }

    /** Sets the number of previous generations to keep, 0 to 9. Default: 1. */
    public CheckpointStoreBuilder<T> previousGenerations(int previousGenerations) {
        if (previousGenerations < 0 || previousGenerations > 9) {
            throw new IllegalArgumentException("previousGenerations must be from 0 to 9, was " + previousGenerations);
        }
        this.previousGenerations = previousGenerations;
        return this;
    }

    /** Sets the maximum time that each call waits for the disk, positive. Default: 30 s. */
    public CheckpointStoreBuilder<T> timeout(Duration timeout) {
        this.timeout = Checks.positive("timeout", timeout);
        return this;
    }

    CheckpointStoreBuilder<T> disk(CheckpointFileSystem disk) {
        this.disk = disk;
        return this;
    }

    CheckpointStoreBuilder<T> ticker(Ticker ticker) {
        this.ticker = ticker;
        return this;
    }

    /**
     * Opens the store.
     *
     * @throws CheckpointException as {@link CheckpointStore#json} does
     * @throws IllegalArgumentException if a migration starts at or after the schema version, or if one is missing between
     *     the oldest one and the schema version
     */
    public CheckpointStore<T> open() throws CheckpointException {
        return new CheckpointStore<>(new CheckpointSettings<>(
                name,
                file,
                new ComponentLogger(CheckpointStore.class, "checkpoint " + file.toAbsolutePath()),
                codec,
                schemaVersion,
                Map.copyOf(migrations),
                (int) maxBytes,
                previousGenerations,
                timeout,
                disk,
                ticker));
    }
}
