package io.github.shutdown4j.examples.springboot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnnouncedStops;
import io.github.shutdown4j.testing.ChildJvms;

@Timeout(600)
class KeptConnectionsTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItCutsNoRequestOnAKeptConnection() throws Exception {
        AnnouncedStops.cutNoKeptConnection(() -> jvms.main(SpringBootService.class));
    }
}
