#!/usr/bin/env bash
# Logback appenders whose server is away: logstash's stop() takes a minute, loki4j's 17 s, and GELF holds each log call for 6 s.
#
# guess:  log calls return at once; stop() tries for a second or two and drops the rest: what is lost is lines, not time.
# seen:   logstash-logback-encoder 8.1, loki4j 2.0.0, logback-gelf 6.1.2, Logback 1.5.20, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29.
#         Two log calls, then stop() of the logger context; the server refuses connections, or accepts them and never answers:
#           LogstashTcpSocketAppender, refused: calls up to 5 s, stop 55 s or more
#           LogstashTcpSocketAppender, refused, shutdownGracePeriod 1 s: calls up to 5 s, stop up to 10 s
#           Loki4jAppender, refused: calls up to 5 s, stop up to 10 s
#           Loki4jAppender, no answer: calls up to 5 s, stop 15 s or more
#           GelfTcpAppender, refused: calls 10 s or more, stop up to 5 s
#           GelfTcpAppender, refused, maxRetries 0: calls up to 5 s, stop up to 5 s
#         Measured on a quiet machine: 60.0 s, 2.3 s and 17.2 s for the stop; 6.0 s for each call of GELF, which connects in the thread that
#         logs and repeats twice after 3 s. A shutdown that logs ten lines while Graylog is away takes a minute longer by them. The log is
#         stopped last, when little is left of the limit.
# matters to: the time of a stop, while the log server is away or being updated as well. Lower these limits, and put GELF behind an
#         AsyncAppender with neverBlock.
#
# needs: a JDK 17 or later and Maven; takes more than a minute. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>appenders</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>ch.qos.logback</groupId><artifactId>logback-classic</artifactId><version>1.5.20</version></dependency>
    <dependency><groupId>net.logstash.logback</groupId><artifactId>logstash-logback-encoder</artifactId><version>8.1</version></dependency>
    <dependency><groupId>com.github.loki4j</groupId><artifactId>loki-logback-appender</artifactId><version>2.0.0</version></dependency>
    <dependency><groupId>de.siegmar</groupId><artifactId>logback-gelf</artifactId><version>6.1.2</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Logs.java <<'JAVA'
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class Logs {
    public static void main(String[] args) throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress()); // connections wait in its queue
        if (args[1].equals("refused")) {
            server.close();
        }
        String xml = "<configuration><appender name='remote' class='" + args[2] + "'>"
                + args[3].replace("PORT", String.valueOf(server.getLocalPort()))
                + "</appender><root level='info'><appender-ref ref='remote'/></root></configuration>";
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        Logger log = LoggerFactory.getLogger("main");
        long begin = System.nanoTime();
        log.info("one");
        log.info("two");
        long calls = millisSince(begin);
        begin = System.nanoTime();
        context.stop();
        System.out.println("result " + calls + " " + millisSince(begin));
        System.exit(0);
    }

    private static long millisSince(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }
}
JAVA
javac -proc:none -cp 'lib/*' Logs.java

atleast() { [ "$1" -ge "$2" ] && echo "$(($2 / 1000)) s or more"; }
atmost() { [ "$1" -le "$2" ] && echo "up to $(($2 / 1000)) s"; }
try() { # number, title, state of the server, class, settings, test of the calls, its limit, test of the stop, its limit
    local calls stop
    timeout 280 java -cp '.:lib/*' Logs "$1" "$3" "$4" "$5" > "out$1" 2>&1 || true
    read -r calls stop < <(sed -n 's/^result //p' "out$1") || { echo "$2: no result"; return; }
    echo "$2: $calls ms, $stop ms" > "ms$1"
    echo "$2: calls $("$6" "$calls" "$7" || echo "$calls ms"), stop $("$8" "$stop" "$9" || echo "$stop ms")" > "seen$1"
}
logstash='<destination>127.0.0.1:PORT</destination><encoder class="net.logstash.logback.encoder.LogstashEncoder"/>'
loki='<http><url>http://127.0.0.1:PORT/loki/api/v1/push</url></http>'
gelf='<graylogHost>127.0.0.1</graylogHost><graylogPort>PORT</graylogPort>'
class=net.logstash.logback.appender.LogstashTcpSocketAppender
try 1 'LogstashTcpSocketAppender, refused' refused $class "$logstash" atmost 5000 atleast 55000 &
pids+=($!)
try 2 'LogstashTcpSocketAppender, refused, shutdownGracePeriod 1 s' refused $class \
    "$logstash<shutdownGracePeriod>1 second</shutdownGracePeriod>" atmost 5000 atmost 10000 &
pids+=($!)
class=com.github.loki4j.logback.Loki4jAppender
try 3 'Loki4jAppender, refused' refused $class "$loki" atmost 5000 atmost 10000 &
pids+=($!)
try 4 'Loki4jAppender, no answer' silent $class "$loki" atmost 5000 atleast 15000 &
pids+=($!)
class=de.siegmar.logbackgelf.GelfTcpAppender
try 5 'GelfTcpAppender, refused' refused $class "$gelf" atleast 10000 atmost 5000 &
pids+=($!)
try 6 'GelfTcpAppender, refused, maxRetries 0' refused $class "$gelf<maxRetries>0</maxRetries>" atmost 5000 atmost 5000 &
pids+=($!)
wait
expected='LogstashTcpSocketAppender, refused: calls up to 5 s, stop 55 s or more
LogstashTcpSocketAppender, refused, shutdownGracePeriod 1 s: calls up to 5 s, stop up to 10 s
Loki4jAppender, refused: calls up to 5 s, stop up to 10 s
Loki4jAppender, no answer: calls up to 5 s, stop 15 s or more
GelfTcpAppender, refused: calls 10 s or more, stop up to 5 s
GelfTcpAppender, refused, maxRetries 0: calls up to 5 s, stop up to 5 s'

seen=$(cat seen? 2>/dev/null || true)
echo "$seen"
cat ms? 2>/dev/null || true
[ "$seen" = "$expected" ] || { tail -n 5 out?; echo "changed; expected:"; echo "$expected"; exit 1; }
