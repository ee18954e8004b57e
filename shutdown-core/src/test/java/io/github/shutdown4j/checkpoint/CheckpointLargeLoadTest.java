package io.github.shutdown4j.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The checksum of a state above 1 MiB is verified while it is decoded; damage is told from a type that does not fit. */
@Timeout(300)
class CheckpointLargeLoadTest extends CheckpointFaultFixture {

    record Item(String name, int count) {
        Item {
            if (name.startsWith("X")) {
                throw new AssertionError("a name that was never saved: " + name);
            }
        }
    }

    record Large(List<Item> items) {
        static Large of(int count) {
            return new Large(Collections.nCopies(40_000, new Item("A name of some length", count)));
        }
    }

    record NumbersOnly(List<Integer> items) {}

    @BeforeEach
    void saveTwice() throws Exception {
        try (var store = openLarge()) {
            store.save(Large.of(1));
            store.save(Large.of(2));
        }
    }

    private CheckpointStore<Large> openLarge() throws CheckpointException {
        return CheckpointStore.builder(file(), Large.class).disk(disk).open();
    }

    /** Replaces text in the last part of the file by other text of the same length. */
    private void damage(String text, String other) throws IOException {
        StringBuilder content = new StringBuilder(Files.readString(file()));
        int at = content.lastIndexOf(text);
        Files.writeString(file(), content.replace(at, at + text.length(), other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B name of some length", // another value
                "A name of some\nlength", // no JSON
                "X name of some length" // refused by the constructor, with an error
            })
    void previousStateIsLoadedWhateverTheDamageLooksLike(String damage) throws Exception {
        damage("A name of some length", damage);
        try (var store = openLarge()) {
            LoadResult.Recovered<Large> recovered = (LoadResult.Recovered<Large>) store.load();
            assertThat(recovered.why()).contains("checksum does not match");
            assertThat(recovered.value()).isEqualTo(Large.of(1));
            assertThat(recovered.quarantined()).singleElement().satisfies(file -> assertThat(file)
                    .exists());
        }
    }

    @Test
    void intactFileOfAnotherTypeIsLeftUntouched() throws Exception {
        byte[] before = Files.readAllBytes(file());
        try (var store = CheckpointStore.json(file(), NumbersOnly.class)) {
            assertThatThrownBy(store::load)
                    .hasMessageContaining("intact, but this release cannot decode the state")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.INCOMPATIBLE));
        }
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void fileThatCouldNotBeReadOnceHasNoChecksum() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        VerifyingInput in = new VerifyingInput(new InputStream() {
            @Override
            public int read() throws IOException {
                if (reads.incrementAndGet() == 3) {
                    throw new IOException("Input/output error");
                }
                return reads.get() < 5 ? 'x' : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int next = read();
                bytes[offset] = (byte) next;
                return next < 0 ? -1 : 1;
            }
        });
        assertThat(in.read()).isEqualTo('x');
        assertThat(in.read()).isEqualTo('x');
        assertThatThrownBy(in::read).hasMessage("Input/output error");
        assertThat(in.read()).isEqualTo('x');
        assertThatThrownBy(in::crc32c).hasMessage("Input/output error");
    }

    @Test
    void otherCodecNeverSeesDamagedBytes() throws Exception {
        damage("A name", "B name");
        AtomicInteger decoded = new AtomicInteger();
        CheckpointCodec<Large> codec = new CheckpointCodec<>() {
            @Override
            public byte[] encode(Large state) throws IOException {
                return JsonMapping.write(state);
            }

            @Override
            public Large decode(byte[] json) throws IOException {
                decoded.incrementAndGet();
                assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("B name");
                return new JsonCodec<Large>(Large.class).decode(new ByteArrayInputStream(json));
            }
        };
        try (var store =
                CheckpointStore.builder(file(), Large.class).codec(codec).open()) {
            assertThat(store.load()).isInstanceOf(LoadResult.Recovered.class);
        }
        assertThat(decoded).hasValue(1);
    }

    /** The check takes a seventh of the time of a load, and the writer makes it already. */
    @Test
    void namesAreNotComparedAgainOnceTheChecksumIsKnown() throws Exception {
        byte[] json = "{\"items\":[],\"unknown\":1,\"unknown\":2}".getBytes(StandardCharsets.UTF_8);
        JsonCodec<Large> codec = new JsonCodec<>(Large.class);
        assertThat(codec.decode(new ByteArrayInputStream(json))).isEqualTo(new Large(List.of()));
        assertThatThrownBy(() -> codec.decode(json)).hasMessageContaining("Duplicate");
    }
}
