package io.github.shutdown4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.ShortStress;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs all jcstress tests of this module, that is, every class marked {@code @JCStressTest}: for some seconds here,
 * and for as long as it takes, in all of jcstress's configurations, with
 *
 * <pre>mvn -pl shutdown-core test -Dtest=StressTest -Dstress=long</pre>
 *
 * <p>Further options of jcstress may be given as {@code -Dstress.args="-t Drain -time 5000"}. The results are in
 * {@code shutdown-core/target/jcstress}.
 */
class StressTest {

    private static final Path DIRECTORY = Path.of("target", "jcstress");
    private static final int SHORT_MILLIS = 6_000;

    @Test
    void racesEndWell() throws Exception {
        if ("long".equals(System.getProperty("stress"))) {
            longRun();
        } else {
            shortRun();
        }
    }

    private static void shortRun() throws Exception {
        Path output = DIRECTORY.resolve("short.txt");
        int exit = run(output, 120, List.of("-Xmx512m"), ShortStress.class.getName(), String.valueOf(SHORT_MILLIS));

        assertThat(exit)
                .as("exit code of the stress tests:%n%s", Files.readString(output))
                .isZero();
        assertThat(Files.readString(output)).contains("passed ").doesNotContain("FAILED");
    }

    private static void longRun() throws Exception {
        Path output = DIRECTORY.resolve("long.txt");
        List<String> arguments = new ArrayList<>(List.of("-m", "quick", "-r", "report"));
        String more = System.getProperty("stress.args", "");
        if (!more.isBlank()) {
            arguments.addAll(Arrays.asList(more.trim().split("\\s+")));
        }
        run(
                output,
                TimeUnit.HOURS.toSeconds(8),
                List.of(),
                "org.openjdk.jcstress.Main",
                arguments.toArray(String[]::new));

        // The last progress line has the result; the exit code is 0 even if there was nothing to run.
        String text = Files.readString(output);
        Matcher progress = Pattern.compile(
                        "Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard errs")
                .matcher(text);
        List<String> last = new ArrayList<>();
        while (progress.find()) {
            last = List.of(progress.group(1), progress.group(2), progress.group(3), progress.group(5));
        }
        assertThat(last).as("results in%n%s", text).isNotEmpty();
        assertThat(last.get(1)).as("passed, of those planned, in%n%s", text).isEqualTo(last.get(0));
        assertThat(Integer.parseInt(last.get(1))).isPositive();
        assertThat(last.subList(2, 4)).as("failed, hard errors").containsOnly("0");
    }

    private static int run(Path output, long seconds, List<String> options, String main, String... arguments)
            throws Exception {
        Files.createDirectories(DIRECTORY);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                    .as("ended within %s s:%n%s", seconds, Files.readString(output))
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
