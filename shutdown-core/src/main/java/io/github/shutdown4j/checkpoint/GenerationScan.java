package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.checkpoint.CheckpointReader.ReadResult;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Failures;

/**
 * Reads the generations of a checkpoint, newest first, until one is usable. Damaged ones on the way are renamed
 * (quarantined).
 */
final class GenerationScan<T> {

    private final CheckpointSettings<T> settings;
    private final ComponentLogger log;
    private final CheckpointPaths files;
    private final CheckpointReader reader;
    private final CheckpointWorker worker;
    private final List<String> problems = new ArrayList<>();
    private final List<Path> quarantined = new ArrayList<>();
    private boolean damaged;
    private boolean allQuarantined = true;
    private long newest;
    private @Nullable CheckpointEnvelope current;

    GenerationScan(
            CheckpointSettings<T> settings, CheckpointPaths files, CheckpointReader reader, CheckpointWorker worker) {
        this.settings = settings;
        this.log = settings.log();
        this.files = files;
        this.reader = reader;
        this.worker = worker;
    }

    /** The highest generation found, including damaged ones. */
    long newest() {
        return newest;
    }

    /** Whether every damaged file was renamed, so that the next save can proceed. */
    boolean allQuarantined() {
        return allQuarantined;
    }

    /** The metadata of the newest file, if readable. */
    Optional<CheckpointEnvelope> current() {
        return Optional.ofNullable(current);
    }

    /** A usable state and its age in generations. */
    record Match<T>(int age, T state, CheckpointEnvelope envelope) {}

    /**
     * Finds and decodes the newest usable generation.
     *
     * @throws CheckpointException if a file on the way is intact but unusable for this release; it is left untouched
     */
    Optional<Match<T>> findUsable() throws CheckpointException {
        for (int age = 0; age <= settings.generations(); age++) {
            Path file = age == 0 ? files.target() : files.previous(age);
            ReadResult result = examine(file);
            if (result instanceof ReadResult.Valid valid) {
                CheckpointEnvelope envelope = valid.parsed().envelope();
                note(age, envelope);
                Optional<T> state =
                        valid.verified() ? tryDecode(file, valid.parsed()) : decodeAndVerify(file, valid.parsed());
                if (state.isPresent()) {
                    return Optional.of(new Match<>(age, state.get(), envelope));
                }
            } else if (result instanceof ReadResult.Newer newer) {
                throw new CheckpointException(
                        Kind.NEWER_VERSION, file, "load", newer.why() + "; it is left untouched", null);
            } else if (result instanceof ReadResult.TooLarge large) {
                throw new CheckpointException(
                        Kind.INCOMPATIBLE,
                        file,
                        "load",
                        large.why()
                                + "; it is left untouched. Raise maxBytes, or move the file away to start without it",
                        null);
            } else if (result instanceof ReadResult.Damaged found) {
                if (found.envelope() != null) {
                    note(age, found.envelope());
                }
                damaged(file, found.why());
            } else if (age == 0) {
                problems.add(file.getFileName() + " is missing");
            }
        }
        return Optional.empty();
    }

    /** Empty if the file cannot be decoded and has no checksum that proves it intact. */
    private Optional<T> tryDecode(Path file, CheckpointEnvelope.Parsed parsed) throws CheckpointException {
        try {
            return Optional.of(decode(file, parsed));
        } catch (CheckpointException e) {
            throw e;
        } catch (Exception e) {
            String why = JsonMapping.describe(e);
            if (parsed.envelope().crc32c() == null) {
                log.debug("cannot decode {}", file.getFileName(), e);
                damaged(file, "edited by hand, and the state cannot be decoded: " + why);
                return Optional.empty();
            }
            throw incompatible(file, e);
        }
    }

    private CheckpointException incompatible(Path file, Throwable failure) {
        return new CheckpointException(
                Kind.INCOMPATIBLE,
                file,
                worker.step(),
                "intact, but this release cannot " + worker.step() + ": " + JsonMapping.describe(failure)
                        + "; it is left untouched. Start the release that wrote it, or add a migration, or move the"
                        + " file away to start without it",
                failure);
    }

    /** Empty if the checksum is wrong: then what was decoded, or the failure to decode it, means nothing. */
    private Optional<T> decodeAndVerify(Path file, CheckpointEnvelope.Parsed parsed) throws CheckpointException {
        T state = null;
        Throwable failure = null;
        boolean intact;
        worker.step("decode the state");
        try (InputStream bytes = parsed.stream()) {
            VerifyingInput in = new VerifyingInput(bytes);
            try {
                state = settings.decode(in);
            } catch (Throwable e) {
                failure = e;
            }
            intact = in.crc32c().equals(parsed.envelope().crc32c());
        } catch (IOException e) {
            throw new CheckpointException(Kind.UNUSABLE, file, "load", "cannot be read: " + e, e);
        }
        if (!intact) {
            damaged(file, CheckpointReader.WRONG_CHECKSUM);
            return Optional.empty();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw incompatible(file, failure);
        }
        return Optional.ofNullable(state);
    }

    private void note(int age, CheckpointEnvelope envelope) {
        newest = Math.max(newest, envelope.generation());
        if (age == 0) {
            current = envelope;
        }
    }

    private ReadResult examine(Path file) throws CheckpointException {
        try {
            worker.step("read " + file.getFileName());
            return reader.examine(file);
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(Kind.UNUSABLE, file, "load", "cannot be read: " + e, e);
        }
    }

    private void damaged(Path file, String why) {
        damaged = true;
        problems.add(file.getFileName() + ": " + why);
        try {
            worker.step("keep the damaged file");
            Path aside = reader.quarantine(file);
            quarantined.add(aside);
            log.warn("{} is damaged, renamed to {}: {}", file.getFileName(), aside.getFileName(), why);
        } catch (IOException | RuntimeException e) {
            allQuarantined = false;
            log.warn("{} is damaged, and cannot be renamed: {}", file.getFileName(), why, e);
        }
    }

    private T decode(Path file, CheckpointEnvelope.Parsed parsed) throws Exception {
        boolean verified = parsed.envelope().crc32c() != null;
        if (parsed.envelope().schema() == settings.schema()
                && verified
                && !parsed.content().isInMemory()) {
            worker.step("decode the state");
            try (InputStream in = parsed.stream()) {
                return settings.decode(in);
            }
        }
        byte[] json;
        try (InputStream in = parsed.stream()) {
            json = in.readAllBytes();
        }
        for (int from = parsed.envelope().schema(); from < settings.schema(); from++) {
            worker.step("migrate the state from schema version " + from);
            CheckpointMigration migration = settings.migrations().get(from);
            if (migration == null) {
                throw new CheckpointException(
                        Kind.UNUSABLE,
                        file,
                        "migrate",
                        "there is no migration from schema version " + from + "; the file is left untouched",
                        null);
            }
            json = migration.migrate(json);
        }
        worker.step("decode the state");
        return settings.decode(json);
    }

    /** Creates the result for the user and logs it. */
    LoadResult<T> report(Optional<Match<T>> result, boolean clean) {
        if (result.isEmpty()) {
            List<Path> earlier = quarantinedEarlier();
            if (!damaged && !earlier.isEmpty()) {
                problems.add("nothing else was saved since " + names(earlier) + " was set aside");
                quarantined.addAll(earlier);
                damaged = true;
            }
            if (!damaged) {
                log.info("nothing was saved yet");
                return new LoadResult.None<>();
            }
            log.error("nothing usable was found: {}", String.join("; ", problems));
            return new LoadResult.Damaged<>(String.join("; ", problems), quarantined);
        }
        List<Path> earlier = quarantinedEarlier();
        if (!earlier.isEmpty()) {
            log.warn(
                    "damaged files of earlier starts are still here, look at them and remove them: {}", names(earlier));
        }
        Match<T> match = result.get();
        CheckpointEnvelope envelope = match.envelope();
        boolean edited = envelope.crc32c() == null;
        if (edited) {
            log.warn("accepted without a checksum, as edited by hand");
        }
        LoadResult.Generation generation =
                new LoadResult.Generation(envelope.generation(), envelope.savedAt(), envelope.schema(), clean, edited);
        if (match.age() == 0) {
            log.info("loaded generation {} of {}", generation.number(), Timestamps.text(generation.savedAt()));
            return new LoadResult.Found<>(match.state(), generation);
        }
        String why = String.join("; ", problems);
        log.warn("going back to generation {} of {}: {}", generation.number(), generation.savedAt(), why);
        return new LoadResult.Recovered<>(match.state(), generation, why, quarantined);
    }

    /** Files that earlier scans have quarantined. */
    private List<Path> quarantinedEarlier() {
        try {
            worker.step("list the directory");
            List<Path> earlier = reader.quarantined();
            earlier.removeAll(quarantined);
            return earlier;
        } catch (IOException | RuntimeException e) {
            log.warn("cannot look for damaged files of earlier starts: {}", Failures.firstLine(e));
            return List.of();
        }
    }

    private static String names(List<Path> files) {
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            names.add(String.valueOf(file.getFileName()));
        }
        return String.join(", ", names);
    }
}
