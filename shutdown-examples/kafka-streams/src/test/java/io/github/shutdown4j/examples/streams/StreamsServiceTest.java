package io.github.shutdown4j.examples.streams;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.kafka.KafkaBroker;
import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.examples.kafka.KafkaBroker.handled;
import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(600)
@ExtendWith(KafkaBroker.class)
class StreamsServiceTest {

    private static final int COUNT = 2_000;

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private ChildJvm start(String name) throws Exception {
        return Example.quick(jvms.main(StreamsService.class))
                .env("KAFKA", KafkaBroker.get().bootstrapServers())
                .env("TOPIC", "streams")
                .env("STATE_DIR", directory.resolve(name).toString())
                .start();
    }

    @Test
    void theOtherInstanceTakesOverAtOnceWithTheStateAndEveryRecordIsHandledOnce() throws Exception {
        KafkaBroker.createTopic("streams", 2);
        ChildJvm first = start("first");
        ChildJvm second = start("second");
        first.awaitLine("all are ready", ofSeconds(120));
        second.awaitLine("all are ready", ofSeconds(120));
        CompletableFuture<Integer> producing = KafkaBroker.produce("streams", COUNT);
        await().atMost(ofSeconds(120))
                .until(() -> Math.min(handled(first).size(), handled(second).size()) >= 100);
        first.signal("TERM");
        assertThat(first.awaitExit()).hasExitCode(0).tookBetween(ofSeconds(0), ofSeconds(28));
        int rest = COUNT - handled(first).size();
        producing.join();
        // If a member only closes, the others wait for 45 s.
        await().atMost(ofSeconds(40)).until(() -> handled(second).size() >= rest);
        second.signal("TERM");
        assertThat(second.awaitExit()).hasExitCode(0);
        List<Integer> all = new ArrayList<>(handled(first));
        all.addAll(handled(second));
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).boxed().toList());
        assertThat(lastCount(0, first, second) + lastCount(1, first, second))
                .as("the state that moved with its partition")
                .isEqualTo(COUNT);
    }

    /** The highest count of a partition. */
    private static long lastCount(int partition, ChildJvm... instances) {
        String prefix = "count of partition " + partition + ": ";
        return Stream.of(instances)
                .flatMap(instance -> instance.out().stream())
                .filter(line -> line.startsWith(prefix))
                .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
                .max()
                .orElse(0);
    }
}
