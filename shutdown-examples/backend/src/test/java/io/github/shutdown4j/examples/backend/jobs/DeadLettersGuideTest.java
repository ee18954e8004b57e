package io.github.shutdown4j.examples.backend.jobs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.deploy.GuideCommands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The commands of the deployment guide for dead letters, each run as printed. */
class DeadLettersGuideTest {

    private final List<String> commands = commands();

    private static List<String> commands() {
        try {
            return GuideCommands.inBlocks().stream()
                    .filter(command -> command.startsWith("redis-cli -u "))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aDeadLetterIsShownSubmittedAgainAndRemoved() throws Exception {
        assertThat(commands).hasSize(4);
        assumeTrue(
                Stream.of("/usr/bin/redis-cli", "/usr/local/bin/redis-cli")
                        .anyMatch(file -> Files.exists(Path.of(file))),
                "needs redis-cli");
        Servers.empty();
        AtomicBoolean mended = new AtomicBoolean();
        Instance instance = new Instance();
        instance.limits = new JobLimits(10, 5, 1);
        instance.handlers.put(JobType.A, (job, context) -> {
            if (!mended.get()) {
                throw new IllegalStateException("not yet mended");
            }
            context.finish(connection -> null);
        });
        try (SubmittedJobs submitted = new SubmittedJobs(Servers.REDIS);
                Instance alsoClosed = instance.start()) {
            String id = submitted.submit(JobType.A, "{}");
            await().until(() -> submitted.dead() == 1);
            assertThat(run("XLEN", "")).isEqualTo("1");
            String letter = run("XRANGE", "");
            assertThat(letter).contains("id\n" + id, "payload\n{}", "stream\njobs:a", "deliveries\n1", "reason\n");
            mended.set(true);
            run("XADD", id);
            await().until(() -> SubmittedJobs.done() == 1);
            assertThat(run("XDEL", letter.lines().findFirst().orElseThrow())).isEqualTo("1");
            assertThat(submitted.dead()).isZero();
        }
        assertThat(Servers.column("select id from jobs")).containsExactly("A-0");
    }

    /** The command with this subcommand; {@code value} replaces ID or ENTRY. */
    private String run(String verb, String value) throws Exception {
        String command = commands.stream()
                .filter(line -> line.contains(" " + verb + " "))
                .findFirst()
                .orElseThrow()
                .replace(" PAYLOAD", " {}")
                .replace(" ID ", " " + value + " ")
                .replace(" ENTRY", " " + value);
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        builder.environment().put("REDIS_URL", Servers.REDIS);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + ": " + output).isZero();
        return output.strip();
    }
}
