#!/usr/bin/env bash
# Jedis: the close of a pooled client does not end a blocking command; the closed client still takes the next element of the queue.
#
# guess:  close() closes all connections, and a thread that is blocked in BLPOP or in a subscription gets a JedisException.
# seen:   Jedis 7.1.0, Redis 7.0.15, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A thread in blpop(0, ..) or subscribe(..) of a JedisPooled,
#         close() by another thread, and an element or a message 3 s later:
#           blpop: ended by close()=no, gets what comes after it=yes
#           subscribe: ended by close()=no, gets what comes after it=yes
#           blpop, client shut down by the server (CLIENT KILL): ended=yes
#         The pool closes idle connections; one that is in use is closed when it is given back, which a blocking command never does. The
#         element is out of the queue, and a process that ends meanwhile takes it along.
# matters to: consumers that wait without a limit: a time-out of a second or two and a flag, or unsubscribe() of the JedisPubSub, before
#         the close.
#
# needs: a JDK 17 or later, Maven and redis-server. Exits with 0 if that is still so, with 1 if it has changed, with 2 without
# redis-server or the dependencies.
set -euo pipefail

command -v redis-server > /dev/null || { echo "needs redis-server"; exit 2; }
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
  <artifactId>consumer</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>redis.clients</groupId><artifactId>jedis</artifactId><version>7.1.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Consumer.java <<'JAVA'
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

public class Consumer {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("port")) {
            try (ServerSocket socket = new ServerSocket(0)) {
                System.out.println(socket.getLocalPort());
            }
            return;
        }
        int port = Integer.parseInt(args[0]);
        for (String kind : new String[] {"blpop", "subscribe", "kill"}) {
            CountDownLatch got = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            JedisPooled client = new JedisPooled("127.0.0.1", port);
            Thread consumer = new Thread(() -> {
                try {
                    if (kind.equals("subscribe")) {
                        client.subscribe(new JedisPubSub() {
                            @Override
                            public void onMessage(String channel, String message) {
                                got.countDown();
                            }
                        }, "events");
                    } else if (client.blpop(0, "queue") != null) {
                        got.countDown();
                    }
                } catch (JedisException e) {
                    System.err.println(kind + ": " + e);
                    ended.countDown();
                }
            });
            consumer.setDaemon(true);
            consumer.start();
            try (Jedis other = new Jedis("127.0.0.1", port)) {
                while (other.info("clients").contains("blocked_clients:0") && !kind.equals("subscribe")
                        || kind.equals("subscribe") && other.pubsubNumSub("events").get("events") == 0) {
                    Thread.sleep(20);
                }
                if (kind.equals("kill")) {
                    other.clientKill(redis.clients.jedis.params.ClientKillParams.clientKillParams().type(
                            redis.clients.jedis.args.ClientType.NORMAL).skipMe(redis.clients.jedis.params.ClientKillParams.SkipMe.YES));
                    System.out.println("blpop, client shut down by the server (CLIENT KILL): ended="
                            + answer(ended.await(10, TimeUnit.SECONDS)));
                    continue;
                }
                client.close();
                boolean byClose = ended.await(3, TimeUnit.SECONDS);
                if (kind.equals("blpop")) {
                    other.rpush("queue", "element");
                } else {
                    other.publish("events", "message");
                }
                System.out.println(kind + ": ended by close()=" + answer(byClose) + ", gets what comes after it="
                        + answer(got.await(10, TimeUnit.SECONDS)));
            }
        }
        System.exit(0);
    }

    private static String answer(boolean yes) {
        return yes ? "yes" : "no";
    }
}
JAVA
javac -cp 'lib/*' Consumer.java

port=$(java -cp '.:lib/*' Consumer port)
redis-server --bind 127.0.0.1 --port "$port" --save '' > server.log 2>&1 &
server=$!
for _ in $(seq 100); do ! grep 'Ready to accept' server.log > /dev/null || break; sleep 0.1; done
seen=$(timeout 120 java -cp '.:lib/*' Consumer "$port" 2> log) || true
expected='blpop: ended by close()=no, gets what comes after it=yes
subscribe: ended by close()=no, gets what comes after it=yes
blpop, client shut down by the server (CLIENT KILL): ended=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
