package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands that the deployment guide gives to an operator: the lines of its shell blocks, and those in its text.
 */
public final class GuideCommands {

    private static final Path GUIDE = Path.of("../../docs/DEPLOYMENT.md");
    private static final Pattern BLOCK = Pattern.compile("^```sh\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`\n]+(?:\n[^`\n]+)?)`");
    private static final Set<String> PROGRAMS = Set.of(
            "buildah",
            "docker",
            "grep",
            "install-systemd-service.sh",
            "java",
            "jcmd",
            "journalctl",
            "kill",
            "kubectl",
            "mvn",
            "podman",
            "ps",
            "redis-cli",
            "shutdown-backendctl",
            "ss",
            "sudo",
            "systemctl",
            "systemd-analyze");

    private GuideCommands() {}

    private static String guide() throws IOException {
        return Files.readString(GUIDE);
    }

    /** The paragraph that names what the build does not run. */
    static String notRun() throws IOException {
        Matcher paragraph = Pattern.compile("^The build does not run .*?\n\n", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(guide());
        if (!paragraph.find()) {
            throw new AssertionError("the guide does not say what the build does not run");
        }
        return paragraph.group().replaceAll("\\s+", " ");
    }

    /** One command each, even if it spans two lines; without comments. */
    public static Set<String> inBlocks() throws IOException {
        Set<String> commands = new LinkedHashSet<>();
        for (Matcher block = BLOCK.matcher(guide()); block.find(); ) {
            block.group(1)
                    .replace("\\\n", " ")
                    .lines()
                    .map(line ->
                            line.replaceAll(" +#.*", "").replaceAll("\\s+", " ").strip())
                    .forEach(commands::add);
        }
        return commands;
    }

    /** Outside of blocks and of the tables of log lines. */
    static Set<String> inText() throws IOException {
        String text = BLOCK.matcher(guide())
                .replaceAll("")
                .replaceAll("(?s)<!-- log lines: begin -->.*<!-- log lines: end -->", "")
                .replaceAll("(?m)^The build does not run (?s:.*?)\n\n", "");
        Set<String> commands = new LinkedHashSet<>();
        for (Matcher code = CODE.matcher(text); code.find(); ) {
            String command = code.group(1).replaceAll("\\s+", " ");
            List<String> words = List.of(command.split(" "));
            if (words.size() > 1 && PROGRAMS.contains(words.get(0))) {
                commands.add(command);
            }
        }
        return commands;
    }
}
