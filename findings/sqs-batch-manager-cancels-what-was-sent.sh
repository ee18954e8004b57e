#!/usr/bin/env bash
# AWS SDK for Java: SqsAsyncBatchManager.close() drops buffered messages, and cancels the futures of messages that SQS has received.
#
# guess:  close() sends the buffered messages at once, waits for the answers, and the futures complete normally.
# seen:   AWS SDK 2.31.50, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A server in place of SQS that answers after a second;
#         sendMessage() of the batch manager, then close():
#           5 messages, close: received 0 of 5, futures cancelled 5
#           10 messages, received, close: received 10 of 10, futures cancelled 10
#           5 messages, all futures awaited, close: received 5 of 5, futures cancelled 0
#         close() returns at once. Messages wait for a batch of 10 or for 200 ms (sendRequestFrequency); those that still wait are
#         dropped. A full batch is sent, but its futures are cancelled nevertheless: a repetition sends its messages twice.
# matters to: the last events of a process that are sent in batches: await the futures, then close.
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
  <groupId>findings</groupId><artifactId>sqs</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>sqs</artifactId><version>2.31.50</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Batch.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.batchmanager.SqsAsyncBatchManager;

public class Batch {
    private static final AtomicInteger RECEIVED = new AtomicInteger();
    private static final Pattern ID = Pattern.compile("\"Id\":\"([^\"]+)\"");

    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", Batch::answer);
        server.start();
        SqsAsyncClient client = SqsAsyncClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
        send(client.batchManager()).get(60, TimeUnit.SECONDS); // everything is loaded, and connected

        System.out.println("5 messages, close: " + close(client, 5, futures -> {}));
        System.out.println("10 messages, received, close: " + close(client, 10, futures -> {
            while (RECEIVED.get() < 10) {
                Thread.sleep(10);
            }
        }));
        System.out.println("5 messages, all futures awaited, close: " + close(client, 5, futures ->
                CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS)));
        System.exit(0);
    }

    interface Before {
        void close(List<CompletableFuture<?>> futures) throws Exception;
    }

    private static String close(SqsAsyncClient client, int messages, Before before) throws Exception {
        RECEIVED.set(0);
        SqsAsyncBatchManager manager = client.batchManager();
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            futures.add(send(manager));
        }
        before.close(futures);
        manager.close();
        Thread.sleep(3000); // time for what is still sent, and for the answers
        return "received " + RECEIVED + " of " + messages + ", futures cancelled "
                + futures.stream().filter(CompletableFuture::isCancelled).count();
    }

    private static CompletableFuture<?> send(SqsAsyncBatchManager manager) {
        return manager.sendMessage(message -> message.queueUrl("http://127.0.0.1/orders").messageBody("hello"));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        Matcher ids = ID.matcher(new String(exchange.getRequestBody().readAllBytes()));
        StringJoiner successful = new StringJoiner(",", "{\"Successful\":[", "],\"Failed\":[]}");
        while (ids.find()) {
            successful.add("{\"Id\":\"" + ids.group(1) + "\",\"MessageId\":\"m" + ids.group(1)
                    + "\",\"MD5OfMessageBody\":\"5d41402abc4b2a76b9719d911017c592\"}");
            RECEIVED.incrementAndGet();
        }
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        byte[] body = successful.toString().getBytes();
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
JAVA
javac -proc:none -cp 'lib/*' Batch.java

seen=$(timeout 120 java -cp '.:lib/*' Batch 2> log) || { cat log; echo "ended without a result"; exit 1; }
expected='5 messages, close: received 0 of 5, futures cancelled 5
10 messages, received, close: received 10 of 10, futures cancelled 10
5 messages, all futures awaited, close: received 5 of 5, futures cancelled 0'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
