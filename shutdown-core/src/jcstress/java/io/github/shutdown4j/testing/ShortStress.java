package io.github.shutdown4j.testing;

import java.util.List;

import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;

/**
 * Runs every jcstress test on the class path for a moment, in this JVM: the harness and the grading are those of
 * jcstress, only its many forks are left out. A program for a child process; it prints one line for each test, and exits
 * with 0 if all have passed, 1 if one has not, 2 if there was none.
 *
 * <p>Argument: the milliseconds for all tests together.
 */
public final class ShortStress {

    private ShortStress() {}

    public static void main(String[] args) throws Exception {
        List<String> names = TestList.tests().stream().sorted().toList();
        int millis = Math.max(50, Integer.parseInt(args[0]) / Math.max(1, names.size()));
        Options options = new Options(options(millis).split(" "));
        options.parse();
        boolean passed = true;
        for (String name : names) {
            passed &= run(TestList.getInfo(name), options);
        }
        System.out.println(names.size() + " stress tests");
        // No return: a thread that hangs in a test must not keep this process alive.
        Runtime.getRuntime().halt(names.isEmpty() ? 2 : passed ? 0 : 1);
    }

    private static String options(int millis) {
        return "-time " + millis + " -iters 1 -hs 128"
                // Small strides: jcstress tries out how many fit, and that would take longer than the run itself.
                + " -strideSize 128 -strideCount 4"
                // Leaves processors to the other work of the machine.
                + " -spinStyle THREAD_YIELD"
                // Skips the search for them.
                + " -c " + Runtime.getRuntime().availableProcessors();
    }

    private static boolean run(TestInfo test, Options options) throws Exception {
        SchedulingClass anywhere = new SchedulingClass(AffinityMode.NONE, test.threads(), NodeType.PACKAGE);
        TestConfig config = new TestConfig(options, test, 0, List.of(), 0, anywhere);
        Runner<?> runner = (Runner<?>) Class.forName(test.generatedRunner())
                .getConstructor(ForkedTestConfig.class)
                .newInstance(new ForkedTestConfig(config));
        TestResult result = runner.run();
        result.setConfig(config);
        boolean passed = result.status() == Status.NORMAL && result.grading().isPassed;
        StringBuilder line = new StringBuilder(passed ? "passed " : "FAILED ").append(test.name());
        for (String state : result.getStateKeys()) {
            line.append(" [").append(state).append("] x ").append(result.getCount(state));
        }
        if (!passed) {
            line.append(' ').append(result.status()).append(' ').append(result.getMessages());
            line.append(' ').append(result.grading().failureMessages);
        }
        System.out.println(line);
        return passed;
    }
}
