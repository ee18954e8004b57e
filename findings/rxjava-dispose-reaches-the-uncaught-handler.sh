#!/usr/bin/env bash
# Disposing of a running RxJava call, as every orderly stop does, ends in the handler of uncaught exceptions. Reactor only logs.
#
# guess:  dispose() interrupts the call; the InterruptedException is dropped, since nobody subscribes any more.
# seen:   RxJava 3.1.11 and Reactor 3.7.9, OpenJDK 17.0.15, 2026-11-28:
#           RxJava: uncaught UndeliverableException caused by InterruptedException
#           Reactor: nothing uncaught
#         The default of RxJavaPlugins hands what cannot be delivered to the thread's uncaught exception handler, and prints
#         the stack. A process that ends, or reports a failure, on uncaught exceptions does so in the middle of a stop
#         that went well. RxJavaPlugins.setErrorHandler(..) that ignores UndeliverableException with an InterruptedException
#         as its cause, or fromCallable's body that catches it itself.
# matters to: anyone who exits with an error on uncaught exceptions and uses RxJava.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>reactive</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.reactivex.rxjava3</groupId><artifactId>rxjava</artifactId><version>3.1.11</version></dependency>
    <dependency><groupId>io.projectreactor</groupId><artifactId>reactor-core</artifactId><version>3.7.9</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Disposed.java" <<'JAVA'
import io.reactivex.rxjava3.core.Single;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

public class Disposed {
    private static final LinkedBlockingQueue<Throwable> UNCAUGHT = new LinkedBlockingQueue<>();

    public static void main(String[] args) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> UNCAUGHT.add(failure));
        CountDownLatch first = new CountDownLatch(1);
        io.reactivex.rxjava3.disposables.Disposable call = Single.fromCallable(work(first))
                .subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.io())
                .subscribe(value -> {}, failure -> System.out.println("delivered"));
        first.await();
        call.dispose();
        System.out.println("RxJava: " + uncaught());

        CountDownLatch second = new CountDownLatch(1);
        reactor.core.Disposable mono = Mono.fromCallable(work(second))
                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())
                .subscribe(value -> {}, failure -> System.out.println("delivered"));
        second.await();
        mono.dispose();
        System.out.println("Reactor: " + uncaught());
        System.exit(0);
    }

    private static Callable<String> work(CountDownLatch begun) {
        return () -> {
            begun.countDown();
            Thread.sleep(30_000);
            return "done";
        };
    }

    private static String uncaught() throws InterruptedException {
        Throwable failure = UNCAUGHT.poll(3, TimeUnit.SECONDS);
        return failure == null
                ? "nothing uncaught"
                : "uncaught " + failure.getClass().getSimpleName() + " caused by "
                        + failure.getCause().getClass().getSimpleName();
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Disposed.java"

seen=$(java -cp "$work:$work/lib/*" Disposed 2> "$work/log")
expected='RxJava: uncaught UndeliverableException caused by InterruptedException
Reactor: nothing uncaught'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
