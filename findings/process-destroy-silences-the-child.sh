#!/usr/bin/env bash
# Process.destroy() closes the child's output before the child has ended, and a child that then prints is killed by SIGPIPE.
#
# guess:  destroy() sends SIGTERM and nothing else; the child prints its last line, saves, ends with 0, and the parent can
#         read that line.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, GNU bash 5.2.15, Linux 6.18, 2026-11-28: both versions print
#           Process.destroy(): exit=141 saved=no last line=java.io.IOException: Stream closed
#           ProcessHandle.destroy(): exit=0 saved=yes last line=ending
#         destroy() also closes the parent's ends of the three pipes. The child's trap begins with an echo, which meets a
#         closed pipe: SIGPIPE, exit code 128 + 13, and what it was about to save is lost. process.toHandle().destroy() sends
#         the same signal and leaves the pipes alone.
# matters to: anyone who stops child processes (workers, converters, a test's servers) and wants them to end well.
#
# needs: a JDK 17 or later and bash. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Destroy.java" <<'JAVA'
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

public class Destroy {
    public static void main(String[] args) throws Exception {
        stop("Process.destroy()", Path.of(args[0]), Process::destroy);
        stop("ProcessHandle.destroy()", Path.of(args[1]), child -> child.toHandle().destroy());
    }

    private static void stop(String how, Path saved, java.util.function.Consumer<Process> end) throws Exception {
        String script = "trap 'echo ending; echo done > " + saved + "; exit 0' TERM; echo ready; while :; do sleep 0.1; done";
        Process child = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
        BufferedReader output = new BufferedReader(new InputStreamReader(child.getInputStream()));
        output.readLine(); // ready
        end.accept(child);
        if (!child.waitFor(20, TimeUnit.SECONDS)) {
            child.destroyForcibly();
        }
        String last;
        try {
            last = output.readLine();
        } catch (IOException e) {
            last = e.toString();
        }
        System.out.println(how + ": exit=" + child.waitFor() + " saved=" + (Files.exists(saved) ? "yes" : "no")
                + " last line=" + last);
    }
}
JAVA

seen=$(java "$work/Destroy.java" "$work/one" "$work/two")
expected='Process.destroy(): exit=141 saved=no last line=java.io.IOException: Stream closed
ProcessHandle.destroy(): exit=0 saved=yes last line=ending'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
