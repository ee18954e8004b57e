package io.github.shutdown4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.opentest4j.TestAbortedException;

/**
 * Starts processes to which file permissions apply: like this process or, for root, without the two capabilities that
 * bypass permissions.
 */
public final class Permissions {

    private static final String CAPABILITIES = "-dac_override,-dac_read_search";

    private Permissions() {}

    /**
     * Starts a child to which file permissions apply.
     *
     * @param directory where to test that
     * @throws TestAbortedException if this machine can start no such process
     */
    public static ChildJvmLauncher binding(Class<?> main, Path directory) throws IOException {
        Path secret = Files.createTempFile(directory, "secret", null);
        try {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
            if (!Files.isReadable(secret)) {
                return ChildJvm.of(main);
            }
            String[] without = {"setpriv", "--bounding-set=" + CAPABILITIES, "--inh-caps=" + CAPABILITIES};
            if (!runs(without, "test", "-x", "/") || runs(without, "cat", secret.toString())) {
                throw new TestAbortedException("needs a user other than root, or setpriv and the right to use it");
            }
            return ChildJvm.of(main).under(without);
        } finally {
            Files.delete(secret);
        }
    }

    private static boolean runs(String[] wrapper, String... command) {
        try {
            String[] all = Arrays.copyOf(wrapper, wrapper.length + command.length);
            System.arraycopy(command, 0, all, wrapper.length, command.length);
            Process process = new ProcessBuilder(all)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            // Not on this machine.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
