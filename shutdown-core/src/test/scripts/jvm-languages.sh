#!/usr/bin/env bash
# Calls the library from Kotlin, Scala, Groovy and Clojure: says which lambdas are awaited when their value is a future, and
# compares the answers with docs/languages.md, whose code has to be in these programs.
# Usage: jvm-languages.sh        (fetches the compilers)
set -euo pipefail
# shellcheck source=checkpoint-common.sh
. "$(dirname "$0")/checkpoint-common.sh"
need mvn
prepare

kotlin=2.4.21
coroutines=1.10.2
scala=3.7.3
groovy=5.0.2
clojure=1.12.3
page=$core/../docs/languages.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >pom.xml <<END
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>languages</groupId><artifactId>languages</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-compiler-embeddable</artifactId><version>$kotlin</version></dependency>
    <dependency><groupId>org.jetbrains.kotlinx</groupId><artifactId>kotlinx-coroutines-core-jvm</artifactId><version>$coroutines</version></dependency>
    <dependency><groupId>org.scala-lang</groupId><artifactId>scala3-compiler_3</artifactId><version>$scala</version></dependency>
    <dependency><groupId>org.apache.groovy</groupId><artifactId>groovy</artifactId><version>$groovy</version></dependency>
    <dependency><groupId>org.clojure</groupId><artifactId>clojure</artifactId><version>$clojure</version></dependency>
  </dependencies>
</project>
END
mvn -q -B -ntp dependency:copy-dependencies -DoutputDirectory=lib
path=$(printf '%s:' lib/*.jar)$CHECKPOINT_CLASSPATH

# What all programs share: a client whose start and close take a moment, and the question whether a step has waited for them.
mkdir -p out
cat >Client.java <<'END'
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

public final class Client {
    private volatile boolean done;

    public CompletableFuture<String> startAsync() {
        return closeAsync();
    }

    public CompletableFuture<String> closeAsync() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            done();
            return "done";
        });
    }

    public void done() {
        done = true;
    }

    private void show(String what, String otherwise) {
        System.out.println(what + ": " + (done ? "awaited" : otherwise));
        done = false;
    }

    public void show(String what, Resource resource) throws Exception {
        ResourceManager resources = ResourceManager.create();
        resources.register(resource);
        var step = resources.release(Duration.ofSeconds(60)).get(0);
        show(what, step.outcome() == Outcome.DONE ? "not awaited" : step.detail());
    }

    public void show(String what, Service service) throws Exception {
        ServiceGroup group = ServiceGroup.builder().add("client", service).build();
        group.start();
        show(what, group.awaitReady(Duration.ofSeconds(60)) ? "not awaited" : "not ready");
        group.stop(Duration.ofSeconds(60));
    }
}
END
javac -nowarn -d out -cp "$path" Client.java
path=out:$path

cat >Calls.kt <<'END'
import io.github.shutdown4j.connections.ConnectionTracker
import io.github.shutdown4j.resources.Resource
import io.github.shutdown4j.services.Service
import io.github.shutdown4j.trigger.AsyncAction
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch

suspend fun leave(client: Client) {
    delay(500)
    client.done()
}

fun main() {
    val client = Client()
    client.show("lambda in Resource.of", Resource.of("client") { client.closeAsync() })
    client.show("lambda in startOnly", Service.startOnly { client.startAsync() })
    client.show("method reference", Resource.of("client", client::closeAsync))
    client.show("AsyncAction in Resource.of", Resource.of("client", AsyncAction { client.closeAsync() }))
    client.show("AsyncAction in startOnly", Service.startOnly(AsyncAction { client.startAsync() }))
    val scope = CoroutineScope(Dispatchers.Default)
    client.show("AsyncAction, future of coroutines", Resource.of("client", AsyncAction { scope.future { leave(client) } }))
    client.show("AsyncAction, job", Resource.of("client", AsyncAction { scope.launch { leave(client) } }))
    val requests = ConnectionTracker.create("requests")
    requests.acquire().use { println("in flight in use: ${requests.inFlight()}") }
    val size = requests.call<_, Exception> { requests.inFlight() }
    println("in flight in call: $size")
}
END
cat >Refused.kt <<'END'
import io.github.shutdown4j.connections.ConnectionTracker

fun refused(requests: ConnectionTracker) {
    requests.run { println("work") }
    ConnectionTracker.create(null)
}
END
cat >Calls.scala <<'END'
import io.github.shutdown4j.connections.ConnectionTracker
import io.github.shutdown4j.resources.Resource
import io.github.shutdown4j.services.Service
import scala.concurrent.Future
import scala.concurrent.ExecutionContext.Implicits.global
import scala.jdk.FutureConverters.*

object Calls {
  def later(client: Client): Future[Unit] = Future { Thread.sleep(500); client.done() }

  def main(args: Array[String]): Unit = {
    val client = Client()
    client.show("lambda in Resource.of", Resource.of("client", () => client.closeAsync()))
    client.show("lambda in startOnly", Service.startOnly(() => client.startAsync()))
    client.show("future of Scala", Resource.of("client", () => later(client)))
    client.show("future of Scala, asJava", Resource.of("client", () => later(client).asJava))
    val requests = ConnectionTracker.create("requests")
    requests.run(() => println("in flight in run: " + requests.inFlight()))
  }
}
END
cat >calls.groovy <<'END'
import io.github.shutdown4j.connections.ConnectionTracker
import io.github.shutdown4j.resources.Resource
import io.github.shutdown4j.services.Service

def client = new Client()
client.show("closure in Resource.of", Resource.of("client") { client.closeAsync() })
client.show("closure in startOnly", Service.startOnly { client.startAsync() })
client.show("lambda in Resource.of", Resource.of("client", () -> client.closeAsync()))
def requests = ConnectionTracker.create("requests")
requests.run { println "in flight in run: ${requests.inFlight()}" }
END
cat >calls.clj <<'END'
(import 'io.github.shutdown4j.connections.ConnectionTracker
        'io.github.shutdown4j.resources.Resource
        'io.github.shutdown4j.trigger.AsyncAction)

(def client (Client.))
; A function in the place of reify calls whichever overload reflection finds: there is nothing to compare.
(.show client "reify in Resource/of"
  (Resource/of "client" (reify AsyncAction (begin [_] (.closeAsync client)))))
(def requests (ConnectionTracker/create "requests"))
(.run requests (fn [] (println "in flight in run:" (.inFlight requests))))
(shutdown-agents)
END

kotlinc() {
    "$java" -cp "$path" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -jvm-target 17 -cp "$path" -d out "$@"
}

{
    echo "Kotlin $kotlin"
    kotlinc -nowarn Calls.kt
    "$java" -cp "$path" CallsKt 2>log
    if kotlinc Refused.kt 2>errors; then fail "Refused.kt compiles"; fi
    sed -n 's/^Refused.kt:[0-9:]* error: //p' errors
    echo "Scala $scala"
    "$java" -cp "$path" dotty.tools.dotc.Main -d out -classpath "$path" Calls.scala
    "$java" -cp "$path" Calls 2>>log
    echo "Groovy $groovy"
    "$java" -cp "$path" groovy.ui.GroovyMain calls.groovy 2>>log
    echo "Clojure $clojure"
    "$java" -cp "$path" clojure.main calls.clj 2>>log
} | tee seen

awk '/^```(kotlin|scala|groovy|clojure)/ { code = 1; next } /^```/ { code = 0 } code' "$page" | sed 's/^ *//' | while read -r line; do
    grep -qF -- "$line" Calls.kt Calls.scala calls.groovy calls.clj || fail "docs/languages.md has code that is not run: $line"
done

diff -u - seen <<END
Kotlin $kotlin
lambda in Resource.of: not awaited
lambda in startOnly: not awaited
method reference: awaited
AsyncAction in Resource.of: awaited
AsyncAction in startOnly: awaited
AsyncAction, future of coroutines: awaited
AsyncAction, job: java.lang.IllegalStateException: returned a StandaloneCoroutine, a kotlinx.coroutines.Job which cannot be awaited; convert it to a CompletionStage
in flight in use: 1
in flight in call: 1
cannot infer type for type parameter 'E'. Specify it explicitly.
null cannot be a value of a non-null type 'String'.
Scala $scala
lambda in Resource.of: awaited
lambda in startOnly: awaited
future of Scala: java.lang.IllegalStateException: returned a Transformation, a scala.concurrent.Future which cannot be awaited; convert it to a CompletionStage
future of Scala, asJava: awaited
in flight in run: 1
Groovy $groovy
closure in Resource.of: awaited
closure in startOnly: awaited
lambda in Resource.of: awaited
in flight in run: 1
Clojure $clojure
reify in Resource/of: awaited
in flight in run: 1
END
echo "as docs/languages.md says"
