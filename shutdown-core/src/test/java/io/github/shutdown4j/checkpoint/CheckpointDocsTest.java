package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The code in docs/checkpoint.md is compiled and run here. */
class CheckpointDocsTest {

    private static final Path DOCS = Path.of("../docs/checkpoint.md");
    private static final Path SELF = Path.of("src/test/java/io/github/shutdown4j/checkpoint/CheckpointDocsTest.java");

    @TempDir
    Path directory;

    record Carts(String owner, List<String> carts) {
        static final Carts NONE = new Carts("nobody", List.of());
    }

    record CartsV2(String owner) {
        Carts toCarts() {
            return new Carts(owner, List.of());
        }
    }

    record Counters(int value) {
        static final Counters ZERO = new Counters(0);

        Counters next() {
            return new Counters(value + 1);
        }
    }

    record Shop(Carts snapshot) {}

    /** Shadows {@link java.nio.file.Path} in the snippets, so that they write into the test's directory. */
    private final class Here {
        Path of(String name) {
            return directory.resolve(Path.of(name).getFileName());
        }
    }

    @Test
    void snippetsRun() throws Exception {
        Shop shop = new Shop(new Carts("ann", List.of("book")));
        {
            Here Path = new Here();
            // snippet: open
            var store = CheckpointStore.json(Path.of("/var/lib/shop/carts.json"), Carts.class);
            Carts carts = store.load().orElse(Carts.NONE);
            // end
            assertThat(carts).isEqualTo(Carts.NONE);
            // snippet: checkpoint
            var checkpoint = Checkpoint.every(Duration.ofSeconds(10), store, shop::snapshot);
            // end
            checkpoint.start();
            checkpoint.finish();
        }
        {
            var store = CheckpointStore.json(directory.resolve("counters.json"), Counters.class);
            // snippet: held
            var counters = Checkpoint.holding(store, Counters.ZERO);
            counters.update(Counters::next);
            // end
            assertThat(counters.get()).isEqualTo(new Counters(1));
            counters.finish();
        }
        {
            Here Path = new Here();
            Files.writeString(
                    directory.resolve("carts.json"),
                    Files.readString(directory.resolve("carts.json"))
                            .replaceAll("(?s)  \"crc32c.*", "  \"state\" : {\"user\" : \"bob\"}}"));
            // snippet: migrations
            var store = CheckpointStore.builder(Path.of("carts.json"), Carts.class)
                    .schemaVersion(3)
                    .migration(1, CheckpointMigration.ofFields(fields -> {
                        fields.put("owner", fields.remove("user"));
                        return fields;
                    }))
                    .migration(2, CheckpointMigration.of(CartsV2.class, CartsV2::toCarts))
                    .open();
            // end
            assertThat(store.load().state()).contains(new Carts("bob", List.of()));
            store.close();
        }
    }

    @Test
    void snippetsInTheDocumentAreThoseThatRun() throws IOException {
        String source = Files.readString(SELF);
        List<MatchResult> printed = Pattern.compile("<!-- snippet: (\\w+) -->\\R```java\\R(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS))
                .results()
                .toList();
        assertThat(printed).hasSize(4);
        for (MatchResult snippet : printed) {
            String begin = "// snippet: " + snippet.group(1) + "\n";
            int from = source.indexOf(begin) + begin.length();
            String compiled = source.substring(from, source.indexOf("// end", from));
            assertThat(snippet.group(2).replaceAll("\\s+", " ").strip())
                    .isEqualTo(compiled.replaceAll("\\s+", " ").strip());
        }
    }
}
