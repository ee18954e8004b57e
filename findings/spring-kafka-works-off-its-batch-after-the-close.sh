#!/usr/bin/env bash
# Spring Kafka: at its stop, a listener container works off all records of the last poll, also after the context, with its beans, is closed.
#
# guess:  the stop finishes the record in hand, and the others come again; after the limit of a phase the container is interrupted or cut.
# seen:   Spring Kafka 4.0.0, Spring Framework 7.0.0, Kafka 4.1.1 in the JVM, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. 40 records of
#         250 ms each, all of them in one poll; close() of the context after the third:
#           limit of a phase 30 s: close() waits for all records=yes, records begun after close()=none
#           limit of a phase 2 s: close() waits for all records=no, records begun after close()=more than 20
#           limit of a phase 2 s, stopImmediate: close() waits for all records=no, records begun after close()=none
#         A poll has 500 records by default. Beyond the limit, the listener goes on with beans whose pools are closed, and the offsets of
#         what it has done are committed at the end, if the JVM lasts that long; otherwise all of it comes again.
# matters to: services in containers, where the end of main or a second limit ends the JVM: stopImmediate (in Spring Boot
#         spring.kafka.listener.immediate-stop=true), or max.poll.records below what fits into the limit.
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
  <artifactId>listener</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka</artifactId><version>4.0.0</version></dependency>
    <dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka-test</artifactId><version>4.0.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Listener.java <<'JAVA'
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

public class Listener {
    private static final int RECORDS = 40;

    public static void main(String[] args) throws Exception {
        EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1, "long", "short", "immediate");
        broker.afterPropertiesSet();
        run(broker.getBrokersAsString(), "long", 30, false);
        run(broker.getBrokersAsString(), "short", 2, false);
        run(broker.getBrokersAsString(), "immediate", 2, true);
        broker.destroy();
        System.exit(0);
    }

    private static void run(String servers, String topic, int limit, boolean immediate) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", servers, "linger.ms", 1000),
                new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < RECORDS; i++) { // one batch
                producer.send(new ProducerRecord<>(topic, "value"));
            }
        }
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        ContainerProperties properties = new ContainerProperties(topic);
        properties.setStopImmediate(immediate);
        properties.setMessageListener((MessageListener<String, String>) message -> {
            if (closed.get()) {
                late.incrementAndGet();
            }
            pause(250);
            handled.incrementAndGet();
            three.countDown();
        });
        KafkaMessageListenerContainer<String, String> container = new KafkaMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(Map.of("bootstrap.servers", servers, "group.id", topic, "auto.offset.reset", "earliest"),
                        new StringDeserializer(), new StringDeserializer()),
                properties);
        GenericApplicationContext context = new GenericApplicationContext();
        context.registerBean("lifecycleProcessor", DefaultLifecycleProcessor.class, () -> {
            DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
            processor.setTimeoutPerShutdownPhase(limit * 1000L);
            return processor;
        });
        context.registerBean("listener", KafkaMessageListenerContainer.class, () -> container);
        context.refresh();
        if (!container.isRunning()) {
            container.start();
        }
        three.await();
        context.close();
        closed.set(true);
        boolean all = handled.get() == RECORDS;
        int count;
        do { // until nothing is handled any more
            count = handled.get();
            pause(2000);
        } while (handled.get() != count);
        System.err.println(topic + ": handled " + handled + ", begun after close() " + late);
        System.out.println("limit of a phase " + limit + " s" + (immediate ? ", stopImmediate" : "") + ": close() waits for all records="
                + (all ? "yes" : "no") + ", records begun after close()=" + (late.get() > 20 ? "more than 20" : late.get() > 0 ? "some" : "none"));
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
JAVA
javac -cp 'lib/*' Listener.java

seen=$(timeout 240 java -Djava.io.tmpdir=. -cp '.:lib/*' Listener 2> log | grep '^limit') || true
expected='limit of a phase 30 s: close() waits for all records=yes, records begun after close()=none
limit of a phase 2 s: close() waits for all records=no, records begun after close()=more than 20
limit of a phase 2 s, stopImmediate: close() waits for all records=no, records begun after close()=none'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
