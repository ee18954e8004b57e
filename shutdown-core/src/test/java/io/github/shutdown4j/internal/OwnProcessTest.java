package io.github.shutdown4j.internal;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OwnProcessTest {

    @Test
    void theIdIsThatOfTheHandle() {
        assertThat(OwnProcess.pid()).isEqualTo(ProcessHandle.current().pid());
    }
}
