package io.github.shutdown4j.examples.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SystemCallsTest {

    @Test
    void onlyTheThreadThatForcesFilesCounts() {
        List<String> log = List.of(
                "11  openat(AT_FDCWD, \"state.json.tmp\", O_WRONLY|O_CREAT|O_EXCL, 0600) = 17",
                "12  openat(AT_FDCWD, \"/sys/fs/cgroup/memory.max\", O_RDONLY) = 18",
                "11  fsync(17 <unfinished ...>",
                "12  close(18) = 0",
                "11  <... fsync resumed>) = 0",
                "11  close(17) = 0");
        assertThat(StatePart.callsOfTheSaver(log)).isEqualTo(3);
    }
}
