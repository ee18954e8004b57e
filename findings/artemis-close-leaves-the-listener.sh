#!/usr/bin/env bash
# Artemis: Connection.close() waits 10 s for a running listener, then returns without an exception; the message is delivered again.
#
# guess:  close() does not return before a running MessageListener has returned, as the documentation of Jakarta Messaging demands
#         of the close of a connection, a session and a consumer, and the message is acknowledged.
# seen:   ActiveMQ Artemis 2.42.0, ActiveMQ Classic 6.1.7, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. One message, a
#         listener that needs 2 or 16 s, AUTO_ACKNOWLEDGE, Connection.close() meanwhile:
#           Artemis, 2 s: listener running after close=no, message comes again=no
#           Artemis, 16 s: listener running after close=yes, message comes again=yes
#           Classic, 2 s: listener running after close=no, message comes again=no
#           Classic, 16 s: listener running after close=no, message comes again=no
#           Artemis with onMessageCloseTimeout=60000, 16 s: listener running after close=no, message comes again=no
#         Artemis gives up after 10 s and continues to close. The listener does its work to the end, the message is delivered
#         again, and its JMSXDeliveryCount is 1, as if it had never been delivered. Session.close() and MessageConsumer.close()
#         do the same. The limit is a parameter of the client's URL, in milliseconds.
# matters to: listeners that can take longer than 10 s.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # broker, dependencies as group:artifact:version
    local broker=$1 dependency
    shift
    mkdir "$work/$broker"
    {
        echo '<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>jms</artifactId>'
        echo '<version>1</version><dependencies>'
        for dependency in "$@"; do
            IFS=: read -r group artifact version <<< "$dependency"
            printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>\n' \
                "$group" "$artifact" "$version"
        done
        echo '</dependencies></project>'
    } > "$work/$broker/pom.xml"
    mvn -q -B -f "$work/$broker/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DoutputDirectory="$work/$broker/lib" || { echo "needs Maven, and what it fetches"; exit 2; }
}
fetch artemis org.apache.activemq:artemis-jakarta-server:2.42.0 org.apache.activemq:artemis-jakarta-client:2.42.0 \
    org.slf4j:slf4j-nop:2.0.17
fetch classic org.apache.activemq:activemq-broker:6.1.7 org.slf4j:slf4j-nop:2.0.17

cat > "$work/Closed.java" <<'JAVA'
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;

/** Connects within the JVM. */
public class Closed {
    public static void main(String[] args) throws Exception {
        String parameters = args.length == 1 ? args[0] : "";
        ConnectionFactory broker = Broker.start(parameters);
        String name = Broker.NAME + (parameters.isEmpty() ? "" : " with " + parameters);
        for (int seconds : parameters.isEmpty() ? new int[] {2, 16} : new int[] {16}) {
            System.out.println(name + ", " + seconds + " s: " + close(broker, "after" + seconds, seconds * 1000L));
        }
        Runtime.getRuntime().halt(0); // no hook of the broker
    }

    private static String close(ConnectionFactory broker, String name, long millis) throws Exception {
        try (Connection connection = broker.createConnection()) { // stays open, so that the broker stays
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue(name);
            session.createProducer(queue).send(session.createTextMessage("order"));
            connection.start();

            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch returned = new CountDownLatch(1);
            Connection closed = broker.createConnection();
            closed.createSession(false, Session.AUTO_ACKNOWLEDGE).createConsumer(queue).setMessageListener(message -> {
                entered.countDown();
                try {
                    Thread.sleep(millis);
                } catch (InterruptedException e) {
                    System.err.println(e);
                }
                returned.countDown();
            });
            closed.start();
            entered.await();
            long begin = System.nanoTime();
            closed.close();
            boolean running = returned.getCount() == 1;
            System.err.println(name + ": close() took " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            returned.await();

            MessageConsumer next = session.createConsumer(queue);
            boolean again = next.receive(2000) != null;
            return "listener running after close=" + (running ? "yes" : "no") + ", message comes again=" + (again ? "yes" : "no");
        }
    }
}
JAVA
cat > "$work/artemis/Broker.java" <<'JAVA'
import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

class Broker {
    static final String NAME = "Artemis";

    static ConnectionFactory start(String parameters) throws Exception {
        new EmbeddedActiveMQ().setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .addAcceptorConfiguration("jvm", "vm://0")).start();
        return new ActiveMQConnectionFactory("vm://0?" + parameters);
    }
}
JAVA
cat > "$work/classic/Broker.java" <<'JAVA'
import jakarta.jms.ConnectionFactory;
import org.apache.activemq.ActiveMQConnectionFactory;

class Broker {
    static final String NAME = "Classic";

    static ConnectionFactory start(String parameters) {
        return new ActiveMQConnectionFactory("vm://findings?broker.persistent=false&broker.useJmx=false");
    }
}
JAVA
for broker in artemis classic; do
    javac -proc:none -cp "$work/$broker/lib/*" -d "$work/$broker" "$work/Closed.java" "$work/$broker/Broker.java"
done
run() { # broker, name of the output, parameters of the URL
    (cd "$work/$1" && exec timeout 120 java -cp ".:lib/*" Closed "${@:3}") > "$work/$2.out" 2> "$work/$2.log" || true
}
run artemis artemis & run classic classic & run artemis longer onMessageCloseTimeout=60000 &
wait

seen=$(cat "$work/artemis.out" "$work/classic.out" "$work/longer.out")
expected='Artemis, 2 s: listener running after close=no, message comes again=no
Artemis, 16 s: listener running after close=yes, message comes again=yes
Classic, 2 s: listener running after close=no, message comes again=no
Classic, 16 s: listener running after close=no, message comes again=no
Artemis with onMessageCloseTimeout=60000, 16 s: listener running after close=no, message comes again=no'

echo "$seen"
grep -h 'close() took' "$work"/*.log || true
[ "$seen" = "$expected" ] || { cat "$work"/*.log; echo "changed; expected:"; echo "$expected"; exit 1; }
