#!/usr/bin/env bash
# NATS: a batch of ConsumerContext.fetch that expires while its messages are handled drops those that it has received.
#
# guess:  nextMessage() returns everything that has been received, and null after that.
# seen:   jnats 2.26.0 with nats-server 2.9.10 on OpenJDK 17.0.15, 2026-11-29: ten messages, fetch of ten that expires after
#         1 s, 400 ms for each message
#           ConsumerContext.fetch: handled 8 of 10, delivered and not acknowledged 2, not yet delivered 0
#           JetStreamSubscription.fetch: handled 10 of 10
#         The server has delivered all ten. nextMessage() returns null after the expiry although two are left, and logs
#         "heartbeatAlarm". The older subscription returns a list, and loses nothing.
# matters to: anyone who handles messages of JetStream in the loop around nextMessage(). A batch has to be handled within
#         expiresIn, 30 s by default; or collect it first. What is dropped comes again after ack_wait, also 30 s.
#
# needs: a JDK 17 or later, Maven and nats-server (Debian's package of that name). Exits with 0 if that is still so, with
# 1 if it has changed, with 2 without nats-server or the dependencies.
set -euo pipefail

command -v nats-server > /dev/null || { echo "needs nats-server"; exit 2; }
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>nats</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.nats</groupId><artifactId>jnats</artifactId><version>2.26.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Fetch.java" <<'JAVA'
import io.nats.client.*;
import io.nats.client.api.*;
import java.util.List;

public class Fetch {
    public static void main(String[] args) throws Exception {
        try (Connection connection = Nats.connect(args[0])) {
            connection.jetStreamManagement().addStream(StreamConfiguration.builder().name("orders").subjects("orders").build());
            for (int i = 0; i < 10; i++) {
                connection.jetStream().publish("orders", new byte[] {1});
            }
            StreamContext stream = connection.getStreamContext("orders");
            ConsumerContext context = stream.createOrUpdateConsumer(ConsumerConfiguration.builder().durable("fetch").build());
            int handled = 0;
            var batch = context.fetch(FetchConsumeOptions.builder().maxMessages(10).expiresIn(1000).build());
            for (Message m = batch.nextMessage(); m != null; m = batch.nextMessage()) {
                handled++;
                Thread.sleep(400);
                m.ack();
            }
            ConsumerInfo info = context.getConsumerInfo();
            for (int i = 0; i < 500 && info.getNumAckPending() + info.getNumPending() != 10 - handled; i++) {
                Thread.sleep(10); // until the server has taken the last acknowledgement
                info = context.getConsumerInfo();
            }
            System.out.println("ConsumerContext.fetch: handled " + handled + " of 10, delivered and not acknowledged "
                    + info.getNumAckPending() + ", not yet delivered " + info.getNumPending());

            stream.createOrUpdateConsumer(ConsumerConfiguration.builder().durable("pull").build());
            JetStreamSubscription pull =
                    connection.jetStream().subscribe(null, PullSubscribeOptions.bind("orders", "pull"));
            List<Message> all = pull.fetch(10, 1000);
            int handledByPull = 0;
            for (Message m : all) {
                handledByPull++;
                Thread.sleep(400);
                m.ack();
            }
            System.out.println("JetStreamSubscription.fetch: handled " + handledByPull + " of 10");
            System.exit(handled < 10 && info.getNumAckPending() > 0 && handledByPull == 10 ? 0 : 1);
        }
    }
}
JAVA
nats-server --version
# It chooses a free port, and writes its address to a file when it accepts connections.
nats-server -js -sd "$work/store" -a 127.0.0.1 -p -1 --ports_file_dir "$work" > "$work/server.log" 2>&1 &
server=$!
url=
for _ in $(seq 100); do
    url=$(grep -ohE 'nats://127\.0\.0\.1:[0-9]+' "$work"/*.ports 2>/dev/null) && break
    sleep 0.1
done
[ -n "$url" ] || { echo "needs a nats-server that starts:"; cat "$work/server.log"; exit 2; }
java -cp "$work/lib/*" "$work/Fetch.java" "$url"
