#!/usr/bin/env bash
# ActiveMQ Classic: an embedded broker stops by its own JVM hook at SIGTERM or System.exit; what other hooks still send fails.
#
# guess:  an embedded broker runs until stop() is called; a hook can send and close its connection before that.
# seen:   ActiveMQ Classic 6.1.7, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A broker in the JVM, started by start(); System.exit;
#         a JVM hook waits, up to 20 s, for the broker to be stopped by somebody else, then sends a last message over vm://:
#           default: broker stopped by itself=yes, last message=JMSException
#           setUseShutdownHook(false): broker stopped by itself=no, last message=sent
#         The hook of BrokerService runs at the same time as all others, so without that wait the outcome differs from run to run.
#         IllegalStateException of Jakarta Messaging, for the closed session, is a JMSException as well.
# matters to: applications that embed the broker and send in their shutdown: setUseShutdownHook(false), and the broker as the last
#         resource to be released.
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
  <artifactId>embedded-broker</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.activemq</groupId><artifactId>activemq-broker</artifactId><version>6.1.7</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Embedded.java" <<'JAVA'
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;

public class Embedded {
    public static void main(String[] args) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("embedded");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        if (args[0].equals("without")) {
            broker.setUseShutdownHook(false);
        }
        broker.start();
        broker.waitUntilStarted();
        Connection connection = new ActiveMQConnectionFactory("vm://embedded?create=false").createConnection();
        connection.start();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("events"));
        producer.send(session.createTextMessage("started"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            long begin = System.nanoTime();
            while (!broker.isStopped() && System.nanoTime() - begin < 20_000_000_000L) {
                pause();
            }
            System.out.print("broker stopped by itself=" + (broker.isStopped() ? "yes" : "no") + ", last message=");
            try {
                producer.send(session.createTextMessage("ended"));
                System.out.println("sent");
            } catch (JMSException e) {
                System.err.println(e);
                System.out.println("JMSException");
            }
        }));
        System.exit(0);
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Embedded.java"

run() { timeout 120 java -cp "$work:$work/lib/*" Embedded "$1" 2>> "$work/log"; }
seen="default: $(run with)
setUseShutdownHook(false): $(run without)"
expected='default: broker stopped by itself=yes, last message=JMSException
setUseShutdownHook(false): broker stopped by itself=no, last message=sent'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
