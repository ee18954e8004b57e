#!/usr/bin/env bash
# Spring JMS: after the limit of its phase, one listener container interrupts the running listener, the other waits without limit.
#
# guess:  close() of the context waits for a running listener as long as the limit of a phase (2 s here), and goes on without it.
# seen:   Spring Framework 7.0.10, ActiveMQ Classic 6.1.7 in the JVM, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A listener that
#         needs 12 s and ends early when it is interrupted; limit of a phase 2 s; close() while it runs:
#           DefaultMessageListenerContainer: close() returns within 10 s, listener interrupted=yes, delivered again=no
#           the same, accepting messages: close() returns after 10 s, listener interrupted=no, delivered again=no
#           SimpleMessageListenerContainer: close() returns after 10 s, listener interrupted=no, delivered again=no
#         The first one is destroyed after the phase: it waits for receiveTimeout (1 s), interrupts its threads, meant for those that
#         wait for a message, and waits for another second. A listener that swallows the interrupt and returns has its message
#         acknowledged, as here. With setAcceptMessagesWhileStopping(true) it is not interrupted, and waited for without limit. The
#         second one closes its JMS session, which waits for the listener as well.
# matters to: the time of a stop, and listeners with interruptible calls: set spring.lifecycle.timeout-per-shutdown-phase above
#         the longest message, and let an interrupted listener throw.
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
  <artifactId>spring-jms</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-jms</artifactId><version>7.0.10</version></dependency>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-context</artifactId><version>7.0.10</version></dependency>
    <dependency><groupId>org.apache.activemq</groupId><artifactId>activemq-broker</artifactId><version>6.1.7</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Listeners.java" <<'JAVA'
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

public class Listeners {
    public static void main(String[] args) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("embedded");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.start();
        broker.waitUntilStarted();
        ConnectionFactory factory = new ActiveMQConnectionFactory("vm://embedded?create=false");
        run("DefaultMessageListenerContainer", factory, new DefaultMessageListenerContainer());
        DefaultMessageListenerContainer accepting = new DefaultMessageListenerContainer();
        accepting.setAcceptMessagesWhileStopping(true);
        run("the same, accepting messages", factory, accepting);
        run("SimpleMessageListenerContainer", factory, new SimpleMessageListenerContainer());
        System.exit(0);
    }

    private static void run(String name, ConnectionFactory factory, AbstractMessageListenerContainer container) throws Exception {
        String queue = name.replaceAll("\\W", "-");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        container.setConnectionFactory(factory);
        container.setDestinationName(queue);
        container.setMessageListener((MessageListener) message -> {
            begun.countDown();
            try {
                Thread.sleep(12_000);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            ended.countDown();
        });
        GenericApplicationContext context = new GenericApplicationContext();
        context.registerBean("lifecycleProcessor", DefaultLifecycleProcessor.class, () -> {
            DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
            processor.setTimeoutPerShutdownPhase(2000);
            return processor;
        });
        context.registerBean("listener", AbstractMessageListenerContainer.class, () -> container);
        context.refresh();
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            session.createProducer(session.createQueue(queue)).send(session.createTextMessage("work"));
        }
        begun.await();

        long begin = System.nanoTime();
        context.close();
        long took = (System.nanoTime() - begin) / 1_000_000;
        ended.await();
        boolean again;
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            again = session.createConsumer(session.createQueue(queue)).receive(3000) != null;
        }
        System.err.println(name + ": close() took " + took + " ms");
        System.out.println(name + ": close() returns " + (took < 10_000 ? "within" : "after") + " 10 s, listener interrupted="
                + (interrupted.getCount() == 0 ? "yes" : "no") + ", delivered again=" + (again ? "yes" : "no"));
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Listeners.java"

seen=$(timeout 150 java -cp "$work:$work/lib/*" Listeners 2> "$work/log") || { cat "$work/log"; exit 1; }
expected='DefaultMessageListenerContainer: close() returns within 10 s, listener interrupted=yes, delivered again=no
the same, accepting messages: close() returns after 10 s, listener interrupted=no, delivered again=no
SimpleMessageListenerContainer: close() returns after 10 s, listener interrupted=no, delivered again=no'

echo "$seen"
grep 'close() took' "$work/log" || true
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
