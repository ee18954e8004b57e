package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AttachmentsTest {

    private final List<String> calls = new ArrayList<>();
    private final ShutdownCoordinator coordinator =
            ShutdownCoordinator.builder().embedded().build();

    /** Fails to detach and, if it says so, to attach. */
    private final class Stubborn implements Attachment {

        private final String name;
        private final boolean refuses;

        Stubborn(String name, boolean refuses) {
            this.name = name;
            this.refuses = refuses;
        }

        @Override
        public void attach(ShutdownCoordinator to) {
            calls.add(name + " attached");
            if (refuses) {
                throw new IllegalStateException(name + " refuses");
            }
        }

        @Override
        public void detach() {
            calls.add(name + " detached");
            throw new IllegalStateException(name + " stays");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void attachmentThatCannotBeDetachedKeepsNoOtherFromIt() {
        Attachments attachments = new Attachments(List.of(new Stubborn("one", false), new Stubborn("two", false)));
        attachments.attach(coordinator);
        try (CapturedLogs logs = CapturedLogs.open()) {
            attachments.detach();
            assertThat(logs.texts(Level.WARN))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("cannot detach one") && line.contains("one stays"))
                    .anyMatch(line -> line.contains("cannot detach two"));
        }
        assertThat(calls).containsExactly("one attached", "two attached", "one detached", "two detached");
    }

    @Test
    void attachmentThatRefusesIsTheFailureAlsoIfAnotherCannotBeDetached() {
        Attachments attachments = new Attachments(List.of(new Stubborn("one", false), new Stubborn("two", true)));
        try (CapturedLogs logs = CapturedLogs.open()) {
            assertThatThrownBy(() -> attachments.attach(coordinator)).hasMessage("two refuses");
            assertThat(logs.texts(Level.WARN)).hasSize(2);
        }
        assertThat(calls).endsWith("one detached", "two detached");
    }
}
