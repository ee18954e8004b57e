package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OptionsTest {

    @Test
    void everyOptionIsUnderstood() {
        assertThat(Options.parse()).isEqualTo(new Options(Optional.empty(), false, false, false));
        assertThat(Options.parse("--check", "--config", "a.toml"))
                .isEqualTo(new Options(Optional.of(Path.of("a.toml")), true, false, false));
        assertThat(Options.parse("--config=a=b.json"))
                .isEqualTo(new Options(Optional.of(Path.of("a=b.json")), false, false, false));
        assertThat(Options.parse("--version").version()).isTrue();
        assertThat(Options.parse("-h").help()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "--chek, unknown option --chek",
        "--config, needs a file",
        "--config=, needs a file",
        "--config=a --config b, given twice",
        "--config a --config b, given twice",
        "config.toml, unknown option config.toml"
    })
    void mistakesAreExplained(String line, String explanation) {
        assertThatThrownBy(() -> Options.parse(line.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(explanation);
    }
}
