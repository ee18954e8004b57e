#!/usr/bin/env bash
# JeroMQ: ZContext.close() drops messages that send() has accepted. libzmq would wait for them.
#
# guess:  close() waits until what send() has accepted is written: the linger of a ZeroMQ socket is -1 (for ever) by default.
# seen:   JeroMQ 0.6.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. 500 messages of 100 KB by PUSH over loopback, each
#         accepted, then close():
#           default: linger=0, messages lost=yes
#           linger of 30 s: linger=30000, messages lost=no
#         57 of the 500 arrived by default. ZContext sets a linger of 0 on each of its sockets. context.setLinger(30_000)
#         before the sockets are created; then close() waits for the peer, up to that time.
# matters to: anyone who sends the last results or events of a process by JeroMQ.
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
  <artifactId>jeromq</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.zeromq</groupId><artifactId>jeromq</artifactId><version>0.6.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Linger.java" <<'JAVA'
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

public class Linger {
    private static final int MESSAGES = 500;

    public static void main(String[] args) throws Exception {
        System.out.println("default: " + run(null));
        System.out.println("linger of 30 s: " + run(30_000));
        System.exit(0);
    }

    private static String run(Integer millis) throws Exception {
        try (ZContext receiving = new ZContext()) {
            ZMQ.Socket pull = receiving.createSocket(SocketType.PULL);
            pull.setReceiveTimeOut(4000);
            int port = pull.bindToRandomPort("tcp://127.0.0.1");

            ZContext sending = new ZContext();
            if (millis != null) {
                sending.setLinger(millis);
            }
            ZMQ.Socket push = sending.createSocket(SocketType.PUSH);
            push.connect("tcp://127.0.0.1:" + port);
            String linger = "linger=" + push.getLinger();
            push.send("connected");
            pull.recv();
            byte[] message = new byte[100_000];
            for (int i = 0; i < MESSAGES; i++) {
                if (!push.send(message)) {
                    throw new IllegalStateException("not accepted");
                }
            }
            Thread close = new Thread(sending::close); // the receiver reads meanwhile
            close.start();
            if (millis == null) {
                close.join();
            }
            int received = 0;
            while (received < MESSAGES && pull.recv() != null) {
                received++;
            }
            close.join();
            System.err.println(received + " of " + MESSAGES + " arrived");
            return linger + ", messages lost=" + (received < MESSAGES ? "yes" : "no");
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Linger.java"

seen=$(java -cp "$work:$work/lib/*" Linger 2> "$work/log")
expected='default: linger=0, messages lost=yes
linger of 30 s: linger=30000, messages lost=no'

echo "$seen"
grep ' arrived' "$work/log" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
