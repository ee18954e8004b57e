#!/usr/bin/env bash
# A Unix domain socket outlives a kill as a file: Jetty and Tomcat then fail to start; a channel of the JDK even after an orderly close.
#
# guess:  close() removes the file; after a kill the servers remove the stale file, and only the channel of the JDK finds the name in use.
# seen:   Jetty 12.1.14, Tomcat 11.0.27, Netty 4.2.7 (epoll), OpenJDK 17.0.15 and Temurin 25.0.3, Linux, 2026-11-30. A server on a Unix domain
#         socket is started, ended, and started again:
#           JDK, closed: starts again=BindException
#           JDK, killed: starts again=BindException
#           Jetty, closed: starts again=yes
#           Jetty, killed: starts again=BindException
#           Tomcat, closed: starts again=yes
#           Tomcat, killed: starts again=BindException
#           Netty, closed: starts again=yes
#           Netty, killed: starts again=yes
#         "Address already in use" speaks of a process that is not there. A supervisor starts such a service again and again until somebody
#         deletes the file. Netty starts again all the same.
# matters to: services behind a proxy on the same machine: delete the file before the bind if nobody accepts on it, or let the supervisor
#         own the socket or its folder (RuntimeDirectory= of a unit is removed with the service).
#
# needs: Linux on x86-64, a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>unix-socket</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.eclipse.jetty</groupId><artifactId>jetty-unixdomain-server</artifactId><version>12.1.14</version></dependency>
    <dependency><groupId>org.apache.tomcat.embed</groupId><artifactId>tomcat-embed-core</artifactId><version>11.0.27</version></dependency>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-epoll</artifactId>
      <version>4.2.7.Final</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Start.java <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;

public class Start {
    public static void main(String[] args) {
        Path socket = Path.of("socket").toAbsolutePath();
        try {
            AutoCloseable server = switch (args[0]) {
                case "JDK" -> jdk(socket);
                case "Jetty" -> jetty(socket);
                case "Tomcat" -> tomcat(socket);
                default -> netty(socket);
            };
            System.out.println(Files.exists(socket) ? "yes" : "without a socket");
            if (args[1].equals("killed")) {
                Runtime.getRuntime().halt(0);
            }
            server.close();
        } catch (Throwable e) {
            e.printStackTrace();
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            System.out.println(cause.getClass().getSimpleName());
        }
        System.exit(0);
    }

    private static AutoCloseable jdk(Path socket) throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return server;
    }

    private static AutoCloseable jetty(Path socket) throws Exception {
        Server server = new Server();
        UnixDomainServerConnector connector = new UnixDomainServerConnector(server, new HttpConnectionFactory());
        connector.setUnixDomainPath(socket);
        server.addConnector(connector);
        server.start();
        return server::stop;
    }

    private static AutoCloseable tomcat(Path socket) throws Exception {
        Tomcat server = new Tomcat();
        server.setBaseDir("base");
        Connector connector = new Connector();
        connector.setProperty("unixDomainSocketPath", socket.toString());
        connector.setThrowOnFailure(true);
        server.setConnector(connector);
        server.addContext("", null);
        server.start();
        return () -> {
            server.stop();
            server.destroy();
        };
    }

    private static AutoCloseable netty(Path socket) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Channel server = new ServerBootstrap().group(group).channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter()).bind(new DomainSocketAddress(socket.toFile())).sync().channel();
        return () -> {
            server.close().sync();
            group.shutdownGracefully().sync();
        };
    }
}
JAVA
javac -cp 'lib/*' Start.java

for server in JDK Jetty Tomcat Netty; do
    for end in closed killed; do
        rm -f socket
        first=$(timeout 60 java -Djava.io.tmpdir=. -cp '.:lib/*' Start "$server" "$end" 2>> log) || true
        [ "$first" = yes ] || echo "$server: first start=$first"
        echo "$server, $end: starts again=$(timeout 60 java -Djava.io.tmpdir=. -cp '.:lib/*' Start "$server" closed 2>> log || true)"
    done
done > seen
expected='JDK, closed: starts again=BindException
JDK, killed: starts again=BindException
Jetty, closed: starts again=yes
Jetty, killed: starts again=BindException
Tomcat, closed: starts again=yes
Tomcat, killed: starts again=BindException
Netty, closed: starts again=yes
Netty, killed: starts again=yes'

cat seen
[ "$(cat seen)" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
