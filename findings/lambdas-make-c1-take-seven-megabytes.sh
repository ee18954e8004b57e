#!/usr/bin/env bash
# JDK 25: somewhere between 40 and 160 lambdas, a JVM becomes 7 MB larger at once. The JDK generates their classes by its own
# class-file API; after some 256 calls, C1 compiles one method of it, StackMapGenerator.processBlock, takes 7.6 MB and keeps them.
#
# guess:  a lambda costs some kilobytes, so 120 of them a few hundred.
# seen:   Temurin 25.0.3, Linux, 2026-11-29, resident memory beyond that with 40 lambdas:
#           160 lambdas: 11.5 MB
#           160 lambdas, that method not compiled: 5.2 MB
#         -XX:CompileCommand=MemStat,*::*,print shows it: "Total Usage: 7634504" for processBlock, below 0.8 MB for any other
#         method at the start. Reflective calls and method handles generate classes by the same method. Those that are in a class
#         archive or an AOT cache are not generated, and do not count.
# matters to: anyone who compares the resident memory of small JVMs, or measures what a library adds: the step is not due to the library.
#
# needs: Linux, and a JDK 25 in /usr/lib/jvm. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot
# be tried here.
set -euo pipefail

[[ $(uname -s) == Linux ]] || { echo "needs Linux"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

newest=
for home in /usr/lib/jvm/*; do
    [[ -x $home/bin/javac ]] && "$home/bin/java" -version 2>&1 | grep 'version "25' > /dev/null && newest=$home
done
[[ -n $newest ]] || { echo "needs a JDK 25 in /usr/lib/jvm"; exit 2; }

# Two programs, with 40 and with 160 lambdas; each prints its resident memory in KB.
for count in 40 160; do
    {
        echo "public class Lambdas$count { public static void main(String[] args) throws Exception { int sum = 0;"
        for ((i = 0; i < count; i++)); do
            echo "java.util.function.IntUnaryOperator f$i = x -> x + $i; sum = f$i.applyAsInt(sum);"
        done
        cat <<'JAVA'
            for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    System.out.println(line.replaceAll("[^0-9]", ""));
                }
            }
        } }
JAVA
    } >"$work/Lambdas$count.java"
done
"$newest/bin/javac" -d "$work" "$work"/Lambdas*.java

# resident CLASS [OPTION...]: the median of five runs, in which the program waits for the compiler
resident() {
    for _ in 1 2 3 4 5; do
        "$newest/bin/java" -Xbatch -XX:+UseSerialGC -Xms64m -Xmx64m "${@:2}" -cp "$work" "$1" | tail -1
    done | sort -n | sed -n 3p
}

method=jdk.internal.classfile.impl.StackMapGenerator::processBlock
few=$(resident Lambdas40)
many=$(($(resident Lambdas160) - few))
without=$(($(resident Lambdas160 -XX:CompileCommand=quiet "-XX:CompileCommand=exclude,$method") - few))
echo "160 lambdas instead of 40: $many KB more"
echo "the same, $method not compiled: $without KB more"

((many - without >= 4000)) || { echo "changed; expected: a difference of 4000 KB or more between the two"; exit 1; }
