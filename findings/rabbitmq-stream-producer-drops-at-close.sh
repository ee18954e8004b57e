#!/usr/bin/env bash
# RabbitMQ streams: the close of a producer drops messages that send() has taken, and their confirmation handlers are never called.
#
# guess:  Producer.close() sends what is buffered and waits for the confirmations; what fails is reported to the handler of its message.
# seen:   stream-client 1.11.0, RabbitMQ 3.10.8, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. 5,000 messages by send(), then:
#           Producer.close(): in the stream=some, handlers called=some, failures reported=0
#           confirmations awaited, Producer.close(): in the stream=5000, handlers called=5000, failures reported=0
#         Most of what waits for the next batch of the producer is dropped; of what was sent, the handlers are mostly not called either,
#         so that nobody knows what has arrived. No exception and no log line.
# matters to: last events that are published to a stream: count the confirmations and wait for them with a limit, then close the producer.
#
# needs: a JDK 17 or later, Maven, and rabbitmq-server with its plugin for streams. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 without one of them.
set -euo pipefail

server=/usr/lib/rabbitmq/bin/rabbitmq-server
[ -x "$server" ] || { echo "needs rabbitmq-server"; exit 2; }
work=$(mktemp -d)
broker=
names=
cleanup() {
    [ -z "$broker" ] || { kill "$broker" && wait "$broker"; } 2>/dev/null || true
    if [ -n "$names" ]; then # the broker leaves its name service behind, which ends on demand
        local epmd
        epmd=$(command -v epmd || find /usr/lib/erlang -name epmd -type f -perm /111 -print -quit)
        ERL_EPMD_PORT=$names "$epmd" -kill > /dev/null 2>&1 || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>stream</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.rabbitmq</groupId><artifactId>stream-client</artifactId><version>1.11.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Ports.java <<'JAVA'
import java.net.ServerSocket;

public class Ports {
    public static void main(String[] args) throws Exception {
        try (ServerSocket a = new ServerSocket(0); ServerSocket b = new ServerSocket(0); ServerSocket c = new ServerSocket(0);
                ServerSocket d = new ServerSocket(0)) {
            System.out.println(a.getLocalPort() + " " + b.getLocalPort() + " " + c.getLocalPort() + " " + d.getLocalPort());
        }
    }
}
JAVA
cat > Publisher.java <<'JAVA'
import com.rabbitmq.stream.Consumer;
import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.OffsetSpecification;
import com.rabbitmq.stream.Producer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

public class Publisher {
    private static final int MESSAGES = 5000;

    public static void main(String[] args) throws Exception {
        try (Environment environment = Environment.builder().host("127.0.0.1").port(Integer.parseInt(args[0])).build()) {
            run(environment, "at-once", false);
            run(environment, "awaited", true);
        }
        System.exit(0);
    }

    private static void run(Environment environment, String stream, boolean awaited) throws Exception {
        environment.streamCreator().stream(stream).create();
        Producer producer = environment.producerBuilder().stream(stream).build();
        AtomicInteger called = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < MESSAGES; i++) {
            producer.send(producer.messageBuilder().addData(("message " + i).getBytes(StandardCharsets.UTF_8)).build(), status -> {
                called.incrementAndGet();
                if (!status.isConfirmed()) {
                    failed.incrementAndGet();
                }
            });
        }
        long end = System.nanoTime() + 30_000_000_000L;
        while (awaited && called.get() < MESSAGES && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        producer.close();
        Thread.sleep(5000);
        AtomicInteger arrived = new AtomicInteger();
        try (Consumer consumer = environment.consumerBuilder().stream(stream).offset(OffsetSpecification.first())
                .messageHandler((context, message) -> arrived.incrementAndGet()).build()) {
            int before = -1;
            while (arrived.get() != before) {
                before = arrived.get();
                Thread.sleep(3000);
            }
        }
        System.err.println(stream + ": arrived " + arrived + ", called " + called + ", failed " + failed);
        System.out.println((awaited ? "confirmations awaited, " : "") + "Producer.close(): in the stream=" + share(arrived)
                + ", handlers called=" + share(called) + ", failures reported=" + failed);
    }

    private static String share(AtomicInteger count) {
        return count.get() == MESSAGES ? "" + MESSAGES : "some";
    }
}
JAVA
javac -cp 'lib/*' Ports.java Publisher.java

read -r amqp distribution names streams <<< "$(java -cp . Ports)"
echo '[rabbitmq_stream].' > plugins
cat > rabbit.conf <<CONF
stream.listeners.tcp.1 = 127.0.0.1:$streams
stream.advertised_host = 127.0.0.1
stream.advertised_port = $streams
CONF
HOME=$work RABBITMQ_NODENAME=finding$amqp@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$amqp \
    RABBITMQ_DIST_PORT=$distribution ERL_EPMD_PORT=$names ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_MNESIA_BASE=$work/mnesia \
    RABBITMQ_LOG_BASE=$work/logs RABBITMQ_ENABLED_PLUGINS_FILE=$work/plugins RABBITMQ_CONFIG_FILE=$work/rabbit.conf \
    RABBITMQ_ADVANCED_CONFIG_FILE=$work/none RABBITMQ_CONF_ENV_FILE=$work/none "$server" > broker 2>&1 &
broker=$!
for _ in $(seq 600); do ! grep 'Starting broker.*completed' broker > /dev/null || break; sleep 0.1; done
grep 'completed with .* plugins' broker > /dev/null || { tail -n 20 broker; echo "the broker has not started"; exit 2; }

seen=$(timeout 120 java -cp '.:lib/*' Publisher "$streams" 2> log) || true
expected='Producer.close(): in the stream=some, handlers called=some, failures reported=0
confirmations awaited, Producer.close(): in the stream=5000, handlers called=5000, failures reported=0'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
