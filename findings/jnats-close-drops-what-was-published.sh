#!/usr/bin/env bash
# NATS: Connection.close() drops messages that publish() has taken, without an exception; flush() or drain() before it sends them.
#
# guess:  close() writes what publish() has taken, then closes, as a writer of a file does.
# seen:   jnats 2.26.0 with nats-server 2.9.10, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. 200,000 messages of 100 bytes are published to
#         a subscriber on loopback, then the end of the connection, five times:
#           close: messages lost=yes, exceptions=0
#           flush, close: messages lost=no, exceptions=0
#           drain: messages lost=no, exceptions=0
#         Four of the five runs lost messages, 1,500 to 119,000 of them. publish() only puts a message into a queue that a thread
#         writes; close() gives that thread a moment and drops the rest.
# matters to: last events and results that are published without JetStream, whose acknowledgement would tell: drain(limit), or flush(limit)
#         before the close.
#
# needs: a JDK 17 or later, Maven and nats-server (Debian's package of that name). Exits with 0 if that is still so, with 1 if it has
# changed, with 2 without nats-server or the dependencies.
set -euo pipefail

command -v nats-server > /dev/null || { echo "needs nats-server"; exit 2; }
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>publisher</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.nats</groupId><artifactId>jnats</artifactId><version>2.26.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Publisher.java <<'JAVA'
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

public class Publisher {
    private static final int MESSAGES = 200_000;

    public static void main(String[] args) throws Exception {
        Duration limit = Duration.ofSeconds(30);
        for (String end : new String[] {"close", "flush, close", "drain"}) {
            boolean lost = false;
            int exceptions = 0;
            for (int run = 0; run < 5; run++) {
                AtomicInteger received = new AtomicInteger();
                try (Connection subscriber = Nats.connect(args[0])) {
                    Dispatcher dispatcher = subscriber.createDispatcher(message -> received.incrementAndGet());
                    dispatcher.setPendingLimits(-1, -1);
                    dispatcher.subscribe("events");
                    subscriber.flush(limit);
                    Connection publisher = Nats.connect(new Options.Builder().server(args[0]).maxMessagesInOutgoingQueue(MESSAGES).build());
                    try {
                        for (int i = 0; i < MESSAGES; i++) {
                            publisher.publish("events", new byte[100]);
                        }
                        switch (end) {
                            case "close" -> publisher.close();
                            case "drain" -> publisher.drain(limit).get();
                            default -> {
                                publisher.flush(limit);
                                publisher.close();
                            }
                        }
                    } catch (Exception e) {
                        System.err.println(e);
                        exceptions++;
                    }
                    int count;
                    do { // until nothing comes any more
                        count = received.get();
                        Thread.sleep(1000);
                    } while (received.get() != count);
                    System.err.println(end + ": " + count);
                    lost |= count < MESSAGES;
                }
            }
            System.out.println(end + ": messages lost=" + (lost ? "yes" : "no") + ", exceptions=" + exceptions);
        }
        System.exit(0);
    }
}
JAVA
javac -cp 'lib/*' Publisher.java

nats-server -a 127.0.0.1 -p -1 --ports_file_dir "$work" > server.log 2>&1 & # a port that is free
server=$!
for _ in $(seq 100); do
    url=$(sed -n 's/.*Listening for client connections on \(127[0-9.:]*\).*/nats:\/\/\1/p' server.log)
    [ -z "$url" ] || break
    sleep 0.1
done
[ -n "$url" ] || { cat server.log; echo "nats-server did not start"; exit 2; }
seen=$(timeout 240 java -cp '.:lib/*' Publisher "$url" 2> log) || true
expected='close: messages lost=yes, exceptions=0
flush, close: messages lost=no, exceptions=0
drain: messages lost=no, exceptions=0'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
