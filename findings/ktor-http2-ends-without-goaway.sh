#!/usr/bin/env bash
# Ktor sends no GOAWAY on HTTP/2 when its server is stopped with a grace period, and cuts the streams in flight.
#
# guess:  GOAWAY names the last stream that is handled, and that stream is answered within the grace period.
# seen:   Ktor 3.5.2 on Netty, Jetty 12.1.14, OpenJDK 17.0.15, 2026-11-29:
#           ktor, stop(10 s, 20 s): no GOAWAY; the stream in flight: cut
#           jetty, stop() within 10 s: GOAWAY; the stream in flight: answered
# matters to: clients that repeat requests. RFC 9113, section 6.8: without GOAWAY, the client cannot know which streams were handled.
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
  <artifactId>goaway</artifactId>
  <version>1</version>
  <properties>
    <kotlin.compiler.daemon>false</kotlin.compiler.daemon>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>io.ktor</groupId><artifactId>ktor-server-netty-jvm</artifactId><version>3.5.2</version>
    </dependency>
    <dependency>
      <groupId>org.eclipse.jetty.http2</groupId><artifactId>jetty-http2-server</artifactId><version>12.1.14</version>
    </dependency>
  </dependencies>
  <build>
    <sourceDirectory>.</sourceDirectory>
    <plugins>
      <plugin>
        <groupId>org.jetbrains.kotlin</groupId>
        <artifactId>kotlin-maven-plugin</artifactId>
        <version>2.4.21</version>
        <configuration><jvmTarget>17</jvmTarget></configuration>
      </plugin>
    </plugins>
  </build>
</project>
POM

cat > "$work/Goaway.kt" <<'KOTLIN'
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.io.DataInputStream
import java.io.IOException
import java.net.Socket
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.concurrent.thread
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory
import org.eclipse.jetty.io.Content
import org.eclipse.jetty.server.Handler
import org.eclipse.jetty.server.HttpConfiguration
import org.eclipse.jetty.server.Request
import org.eclipse.jetty.server.Response
import org.eclipse.jetty.server.Server
import org.eclipse.jetty.server.ServerConnector
import org.eclipse.jetty.util.Callback

const val MILLIS = 500L // how long a request takes

fun main() {
    val begun = CountDownLatch(1)
    val ktor = embeddedServer(Netty, configure = {
        connector { host = "localhost"; port = 0 }
        enableH2c = true
    }) {
        routing {
            get("/") {
                begun.countDown()
                delay(MILLIS)
                call.respondText("ok")
            }
        }
    }
    ktor.start(wait = false)
    val port = runBlocking { ktor.engine.resolvedConnectors().first().port }
    println("ktor, stop(10 s, 20 s): " + end(port, begun) { ktor.stop(10_000, 20_000) })

    val begunToo = CountDownLatch(1)
    val jetty = Server()
    val connector = ServerConnector(jetty, HTTP2CServerConnectionFactory(HttpConfiguration()))
    connector.host = "localhost"
    jetty.addConnector(connector)
    jetty.handler = object : Handler.Abstract() {
        override fun handle(request: Request, response: Response, callback: Callback): Boolean {
            begunToo.countDown()
            Thread.sleep(MILLIS)
            Content.Sink.write(response, true, "ok", callback)
            return true
        }
    }
    jetty.stopTimeout = 10_000
    jetty.start()
    println("jetty, stop() within 10 s: " + end(connector.localPort, begunToo) { jetty.stop() })
    System.exit(0)
}

/** What a client with one stream in flight is told when the server is stopped. */
fun end(port: Int, begun: CountDownLatch, stop: () -> Unit): String = Socket("localhost", port).use { socket ->
    socket.soTimeout = 30_000
    val out = socket.getOutputStream()
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".toByteArray())
    out.write(frame(SETTINGS, 0, 0))
    // The fields by their numbers in the table of RFC 7541: GET, http, the path /, and localhost as the authority.
    val fields = byteArrayOf(0x82.toByte(), 0x86.toByte(), 0x84.toByte(), 1, 9) + "localhost".toByteArray()
    out.write(frame(HEADERS, END_HEADERS or END_STREAM, 1, fields))
    check(begun.await(30, SECONDS)) { "the request does not arrive" }
    thread { stop() }

    val input = DataInputStream(socket.getInputStream())
    var stream = "cut"
    var goaway = "no GOAWAY"
    try {
        while (true) {
            val length = (input.readUnsignedByte() shl 16) or input.readUnsignedShort()
            val type = input.readUnsignedByte()
            val flags = input.readUnsignedByte()
            val of = input.readInt()
            input.readNBytes(length)
            when {
                type == SETTINGS && flags == 0 -> out.write(frame(SETTINGS, ACK, 0))
                type == GOAWAY -> goaway = "GOAWAY"
                type == RST_STREAM -> stream = "reset"
                type == DATA && of == 1 && flags and END_STREAM != 0 -> stream = "answered"
            }
        }
    } catch (closed: IOException) {
        if (closed is java.net.SocketTimeoutException) goaway += ", and the connection stays open"
    }
    "$goaway; the stream in flight: $stream"
}

/** A frame, RFC 9113, section 4.1. */
fun frame(type: Int, flags: Int, stream: Int, payload: ByteArray = ByteArray(0)): ByteArray =
    byteArrayOf(0, 0, payload.size.toByte(), type.toByte(), flags.toByte(), 0, 0, 0, stream.toByte()) + payload

const val DATA = 0
const val HEADERS = 1
const val RST_STREAM = 3
const val SETTINGS = 4
const val GOAWAY = 7
const val ACK = 1
const val END_STREAM = 1
const val END_HEADERS = 4
KOTLIN
{
    mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DoutputDirectory="$work/lib" &&
        mvn -q -B -f "$work/pom.xml" kotlin:compile
} > "$work/compile" 2>&1 || { cat "$work/compile"; echo "needs Maven, and what it fetches"; exit 2; }

seen=$(timeout 120 java -cp "$work/target/classes:$work/lib/*" GoawayKt 2> "$work/log" | grep -E '^(ktor|jetty), ') || { cat "$work/log"; exit 2; }
expected='ktor, stop(10 s, 20 s): no GOAWAY; the stream in flight: cut
jetty, stop() within 10 s: GOAWAY; the stream in flight: answered'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
