#!/usr/bin/env bash
# Log4j 2 gives the compression of a rolled file 0.6 s at its shutdown, and leaves half an archive under the final name. Logback waits.
#
# guess:  both wait until the archive is complete.
# seen:   Log4j 2.25.1, Logback 1.5.18, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. The log file is rolled at 70 MB, and its
#         compression takes some seconds; then the logging system is stopped, and the JVM exits:
#           Log4j 2, LogManager.shutdown(): archive=cut, uncompressed file left=yes
#           Log4j 2, Configurator.shutdown(context, 4, MINUTES): archive=complete, uncompressed file left=no
#           Logback, LoggerContext.stop(): archive=complete, uncompressed file left=no
#         RollingFileManager waits for 100, 200 and 300 ms, unless a time-out is given. No line is lost, since the uncompressed file
#         stays, but it is not compressed later, and a reader of the archive fails at its end. Logback waits up to 30 s, which can
#         be longer than a stop may take; with 100 MB on a very busy machine its archive was cut as well, so its line is not compared.
# matters to: log files that are compressed as they are rolled, in a service that ends at the hour or at midnight, when it rolls.
#
# needs: a JDK 17 or later, Maven, and 300 MB in the temporary directory. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>rolling</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.25.1</version></dependency>
    <dependency><groupId>ch.qos.logback</groupId><artifactId>logback-classic</artifactId><version>1.5.18</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > log4j2.xml <<'XML'
<Configuration shutdownHook="disable">
  <Appenders>
    <RollingFile name="file" fileName="${sys:folder}/app.log" filePattern="${sys:folder}/app-%i.log.gz">
      <PatternLayout pattern="%m%n"/>
      <SizeBasedTriggeringPolicy size="70MB"/>
    </RollingFile>
  </Appenders>
  <Loggers><Root level="info"><AppenderRef ref="file"/></Root></Loggers>
</Configuration>
XML
cat > logback.xml <<'XML'
<configuration>
  <appender name="file" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>logback/app.log</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy">
      <fileNamePattern>logback/app-%d.%i.log.gz</fileNamePattern>
      <maxFileSize>70MB</maxFileSize>
    </rollingPolicy>
    <encoder><pattern>%m%n</pattern></encoder>
  </appender>
  <root level="info"><appender-ref ref="file"/></root>
</configuration>
XML
cat > Roll.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.LoggerFactory;

/** Logs lines that compress badly until the file is rolled, and stops. */
public class Roll {
    public static void main(String[] args) throws Exception {
        Consumer<String> log;
        Runnable stop;
        if (args[0].startsWith("log4j")) {
            log = LogManager.getLogger("roll")::info;
            stop = args[0].equals("log4j")
                    ? LogManager::shutdown
                    : () -> Configurator.shutdown(LoggerContext.getContext(false), 4, TimeUnit.MINUTES);
        } else {
            var context = (ch.qos.logback.classic.LoggerContext) LoggerFactory.getILoggerFactory();
            log = context.getLogger("roll")::info;
            stop = context::stop;
        }
        Path file = Path.of(args[0], "app.log");
        String[] lines = new String[50];
        Random random = new Random(1);
        for (int i = 0; i < lines.length; i++) {
            byte[] bytes = new byte[3000];
            random.nextBytes(bytes);
            lines[i] = Base64.getEncoder().encodeToString(bytes);
        }
        long size = 0;
        for (int i = 0; Files.size(file) >= size && size < 150_000_000; i++) { // until it is rolled
            size = Files.size(file);
            log.accept(lines[i % lines.length]);
        }
        long begin = System.nanoTime();
        stop.run();
        System.out.println((System.nanoTime() - begin) / 1_000_000);
        System.exit(0);
    }
}
JAVA
javac -proc:none -cp 'lib/*' Roll.java

try() {
    local millis archive
    mkdir "$1"
    millis=$(timeout 280 java -Dfolder="$1" -cp '.:lib/*' Roll "$1" 2>> log | tail -n 1) || { cat log; echo "ended without a result"; exit 1; }
    echo "$1: stop took $millis ms" >> log
    archive=$(find "$1" -name '*.gz')
    [ -n "$archive" ] || { echo "no archive"; return; }
    echo "archive=$(gzip -t "$archive" 2>> log && echo complete || echo cut)," \
        "uncompressed file left=$([ "$(find "$1" -type f -size +60M | wc -l)" -gt 0 ] && echo yes || echo no)"
    rm -rf "$1"
}
seen="Log4j 2, LogManager.shutdown(): $(try log4j)
Log4j 2, Configurator.shutdown(context, 4, MINUTES): $(try log4j-waits)"
expected='Log4j 2, LogManager.shutdown(): archive=cut, uncompressed file left=yes
Log4j 2, Configurator.shutdown(context, 4, MINUTES): archive=complete, uncompressed file left=no'

echo "$seen"
echo "Logback, LoggerContext.stop(): $(try logback)"
grep took log
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
