#!/usr/bin/env bash
# A JVM that gets SIGTERM between two phases of its own start exits with 1 instead of 143, and prints an error of its initialization.
#
# guess:  until a JVM handles signals SIGTERM kills it, and from then on it exits with 143; there is nothing in between.
# seen:   OpenJDK 17.0.15 and 25.0.3, Linux, 2026-11-29: of 1,000 starts of a program of one line, each terminated at about the moment
#         from which on the JVM handles the signal, more than half end by the signal, most others with 143, and some 1 in 100 with 1.
#         These print "Error occurred during initialization of VM" on standard output: SIGTERM starts the exit, which raises the level of
#         the VM above the one that the start is about to set. 25 prints "Runtime.exit(143) logging failed" as well.
# matters to: anyone who lists 143 as a good exit code (SuccessExitStatus=143): a service that is stopped within its first tenth of a
#         second can be reported as failed. No program in that JVM can do anything about it.
#
# needs: Linux, python3, and a JDK on the PATH or in JAVA_HOME.
# It stops at the third exit code 1. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot be tried here.
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
import collections, random, signal, subprocess, sys, time

outcomes = collections.Counter()
delay = 0.02  # follows the moment from which on the JVM handles the signal
for _ in range(1000):
    process = subprocess.Popen([sys.argv[1], "-Xshare:auto", "-XX:+UseSerialGC", "Sleeping"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(max(0.001, delay + random.uniform(-0.004, 0.006)))
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate()
    outcome = "by the signal" if process.returncode < 0 else "with %d" % process.returncode
    if outcome == "with 1" and not outcomes[outcome]:
        print(output, end="")
    outcomes[outcome] += 1
    if outcomes["with 1"] == 3:  # enough
        break
    delay += 0.0005 if process.returncode < 0 else -0.0005
for outcome, count in outcomes.most_common():
    print(f"ended {outcome}: {count}")
sys.exit(0 if outcomes["with 1"] else 1)
PYTHON
