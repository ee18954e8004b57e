#!/usr/bin/env bash
# Kotlin: coroutines whose single thread was closed clean up on several other threads at once, and NonCancellable does not protect them.
#
# guess:  close() of the dispatcher lets its coroutines end on its thread, or fails them; withContext(NonCancellable) runs to its end.
# seen:   kotlinx-coroutines 1.10.2, Kotlin 2.2.21, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. Four coroutines of a scope on
#         newSingleThreadContext, suspended; each cleans up in finally, in withContext(NonCancellable), with a suspension of 300 ms in it:
#           scope cancelled and joined, then closed: cleanups begun 4 on their thread=yes, ended 4
#           closed, then scope cancelled and joined: cleanups begun 4 on their thread=no, ended 0
#         A coroutine that cannot be dispatched any more is cancelled and goes on in the pool of Dispatchers.IO, whatever its context says.
#         State that one thread was to guard is then changed by several. The next suspension is cancelled as well, so the rest of each
#         cleanup is left out; join() returns normally.
# matters to: actors and writers that are confined to a thread and flush in finally: cancel and join their scope first, then close the
#         dispatcher, such as by a dependency between the two resources.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>confined</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-compiler-embeddable</artifactId><version>2.2.21</version></dependency>
    <dependency><groupId>org.jetbrains.kotlinx</groupId><artifactId>kotlinx-coroutines-core-jvm</artifactId><version>1.10.2</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Confined.kt <<'KOTLIN'
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.system.exitProcess
import kotlinx.coroutines.*

@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
suspend fun run(title: String, closedFirst: Boolean) {
    val thread = newSingleThreadContext("confined")
    val scope = CoroutineScope(thread)
    val started = CountDownLatch(4)
    val threads = ConcurrentLinkedQueue<String>()
    val ended = AtomicInteger()
    val jobs = List(4) {
        scope.launch {
            started.countDown()
            try {
                awaitCancellation()
            } finally {
                withContext(NonCancellable) {
                    threads.add(Thread.currentThread().name)
                    delay(300)
                    ended.incrementAndGet()
                }
            }
        }
    }
    started.await()
    delay(200) // until the last one is suspended
    if (closedFirst) {
        thread.close()
    }
    scope.cancel()
    withTimeout(20_000) { jobs.joinAll() }
    delay(2000)
    thread.close()
    System.err.println("$title: $threads")
    println("$title: cleanups begun ${threads.size} on their thread=${if (threads.all { it.startsWith("confined") }) "yes" else "no"}, ended $ended")
}

fun main() {
    runBlocking {
        run("scope cancelled and joined, then closed", false)
        run("closed, then scope cancelled and joined", true)
    }
    exitProcess(0)
}
KOTLIN
java -Djava.io.tmpdir=. -cp 'lib/*' org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -nowarn \
    -cp "$(printf '%s:' lib/*.jar)" -d out Confined.kt > compiler 2>&1 || { cat compiler; exit 2; }

seen=$(timeout 100 java -cp 'out:lib/*' ConfinedKt 2> log) || true
expected='scope cancelled and joined, then closed: cleanups begun 4 on their thread=yes, ended 4
closed, then scope cancelled and joined: cleanups begun 4 on their thread=no, ended 0'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
