#!/usr/bin/env bash
# A JVM that gets SIGTERM between two phases of its own start exits with 1 instead of 143, and prints an error of its initialization.
#
# guess:  until a JVM handles signals SIGTERM kills it, and from then on it exits with 143; there is nothing in between.
# seen:   OpenJDK 17.0.15 and 25.0.3, Linux, 2026-11-30: of programs of one line, started at twice as many at a time as there are
#         processors and each terminated at about the moment from which on the JVM handles the signal, about half end by the signal,
#         most others with 143, and up to 2 (17) or 6 (25) in 100 print "Error occurred during initialization of VM" on standard output:
#         SIGTERM starts the exit, which raises the level of the VM above the one that the start is about to set. Three quarters of
#         these exit with 1 and one quarter with 143, as the two threads race. On an idle machine it was up to 1 in 100, or none in
#         1,000. 25 prints "Runtime.exit(143) logging failed" as well.
# matters to: anyone who lists 143 as a good exit code (SuccessExitStatus=143): a service that is stopped within its first tenth of a
#         second can be reported as failed. No program in that JVM can do anything about it.
#
# needs: Linux, python3, and a JDK on the PATH or in JAVA_HOME.
# It stops when both exit codes were seen, or after three minutes. Exits with 0 if a start was broken off and ended with 1, with 1 if
# that has changed, with 2 if it cannot be tried here.
set -euo pipefail

jdk=${JAVA_HOME:+$JAVA_HOME/bin/}
command -v "${jdk}javac" >/dev/null || { echo "needs a JDK"; exit 2; }
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >Sleeping.java <<'JAVA'
public class Sleeping {
    public static void main(String[] args) throws Exception {
        Thread.sleep(2_000);
    }
}
JAVA
"${jdk}javac" Sleeping.java
"${jdk}java" -version 2>&1 | sed -n 2p

python3 - "${jdk}java" <<'PYTHON'
import collections, concurrent.futures, os, random, signal, subprocess, sys, threading, time

ERROR = "Error occurred during initialization of VM"
lock = threading.Lock()
outcomes = collections.Counter()
delay = 0.05  # follows the moment from which on the JVM handles the signal
end = time.monotonic() + 180


def broken_off():
    return outcomes["with 1 after the error"] >= 3 and outcomes["with 143 after the error"] >= 1


def starts():
    global delay
    while time.monotonic() < end and not broken_off():
        process = subprocess.Popen([sys.argv[1], "-Xshare:auto", "-XX:+UseSerialGC", "Sleeping"],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(max(0.001, delay + random.uniform(-0.01, 0.012)))
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate()
        outcome = "by the signal" if process.returncode < 0 else "with %d" % process.returncode
        if ERROR in output:
            outcome += " after the error"
        with lock:
            if ERROR in output and not outcomes[outcome]:
                print(output, end="")
            outcomes[outcome] += 1
            delay += 0.0005 if process.returncode < 0 else -0.0005


# More starts at a time than processors: the rarer outcomes need threads that wait for each other.
with concurrent.futures.ThreadPoolExecutor() as pool:
    for worker in [pool.submit(starts) for _ in range(2 * os.cpu_count())]:
        worker.result()
for outcome, count in outcomes.most_common():
    print(f"ended {outcome}: {count}")
sys.exit(0 if outcomes["with 1 after the error"] else 1)
PYTHON
