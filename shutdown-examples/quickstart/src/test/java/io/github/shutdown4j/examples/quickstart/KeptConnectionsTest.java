package io.github.shutdown4j.examples.quickstart;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.AnnouncedStops;
import io.github.shutdown4j.testing.ChildJvms;

@Timeout(600)
class KeptConnectionsTest {

    /** The processes save their state here, one after the other. */
    @TempDir
    private Path directory;

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItCutsNoRequestOnAKeptConnection() throws Exception {
        AnnouncedStops.cutNoKeptConnection(() -> jvms.main(Quickstart.class).directory(directory));
    }
}
