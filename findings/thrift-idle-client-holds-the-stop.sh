#!/usr/bin/env bash
# Thrift: one idle client keeps TThreadPoolServer.serve() from returning for 60 s after stop(), and is served even after that.
#
# guess:  serve() returns when the calls in flight have been answered; an idle connection is closed and does not hold it.
# seen:   libthrift 0.22.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A client that has been answered and keeps its
#         connection; stop(), then the wait for the thread in serve():
#           no client: serve() returns within 20 s
#           idle client: serve() returns after 60 s, the client's next call is answered
#           idle client, stopTimeoutVal(2): serve() returns within 20 s, the client's next call is answered
#         stop() only closes the port. serve() waits, for stopTimeoutVal, until the thread of each connection has ended, and that
#         one reads until its client goes away. The interrupt at the end does not reach the blocked read, so calls are still carried
#         out after serve() has returned, until the JVM ends, which cuts them: the threads are daemons.
# matters to: Thrift services with clients that pool their connections. new TServerSocket(address, 2000), a time-out of 2 s for each
#         read, ends idle connections in time: serve() then returned after 1.6 s.
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
  <artifactId>thrift</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.thrift</groupId><artifactId>libthrift</artifactId><version>0.22.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Stop.java" <<'JAVA'
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TSocket;

/** A service without generated code: each call has an empty argument and an empty result. */
public class Stop {
    public static void main(String[] args) throws Exception {
        run("no client", false, 0);
        run("idle client", true, 0);
        run("idle client, stopTimeoutVal(2)", true, 2);
        System.exit(0);
    }

    private static void run(String name, boolean connected, int seconds) throws Exception {
        TServerSocket socket = new TServerSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        TThreadPoolServer.Args args = new TThreadPoolServer.Args(socket).processor((in, out) -> {
            TMessage call = read(in);
            write(out, new TMessage(call.name, TMessageType.REPLY, call.seqid));
        });
        if (seconds > 0) {
            args.stopTimeoutVal(seconds);
        }
        TThreadPoolServer server = new TThreadPoolServer(args);
        Thread serving = new Thread(server::serve);
        serving.setDaemon(true);
        serving.start();
        while (!server.isServing()) {
            Thread.sleep(10);
        }
        TSocket client = new TSocket(InetAddress.getLoopbackAddress().getHostAddress(), socket.getServerSocket().getLocalPort(), 60_000);
        if (connected) {
            client.open();
            call(client);
            while (!reads()) { // the server's thread waits for the next call
                Thread.sleep(10);
            }
        }

        long begin = System.nanoTime();
        server.stop();
        serving.join(150_000);
        long took = (System.nanoTime() - begin) / 1_000_000;
        System.err.println(name + ": " + took + " ms");
        String when = took >= 60_000 ? "after 60 s" : took < 20_000 ? "within 20 s" : "in between";
        System.out.println(name + ": serve() returns " + when + (connected ? ", the client's next call is " + answered(client) : ""));
        client.close();
    }

    private static String answered(TSocket client) {
        try {
            call(client);
            return "answered";
        } catch (TException e) {
            return "failed";
        }
    }

    private static boolean reads() {
        return Thread.getAllStackTraces().values().stream()
                .anyMatch(stack -> has(stack, "TBinaryProtocol", "readMessageBegin") && has(stack, "java.net.", "read"));
    }

    private static boolean has(StackTraceElement[] stack, String type, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().contains(type) && frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }

    private static void call(TSocket client) throws TException {
        TProtocol protocol = new TBinaryProtocol(client);
        write(protocol, new TMessage("work", TMessageType.CALL, 1));
        read(protocol);
    }

    private static void write(TProtocol protocol, TMessage message) throws TException {
        protocol.writeMessageBegin(message);
        protocol.writeStructBegin(new TStruct());
        protocol.writeFieldStop();
        protocol.writeStructEnd();
        protocol.writeMessageEnd();
        protocol.getTransport().flush();
    }

    private static TMessage read(TProtocol protocol) throws TException {
        TMessage message = protocol.readMessageBegin();
        TProtocolUtil.skip(protocol, TType.STRUCT);
        protocol.readMessageEnd();
        return message;
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Stop.java"

seen=$(timeout 250 java -cp "$work:$work/lib/*" Stop 2> "$work/log") || { cat "$work/log"; exit 1; }
expected="no client: serve() returns within 20 s
idle client: serve() returns after 60 s, the client's next call is answered
idle client, stopTimeoutVal(2): serve() returns within 20 s, the client's next call is answered"

echo "$seen"
grep ' ms$' "$work/log" || true
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
