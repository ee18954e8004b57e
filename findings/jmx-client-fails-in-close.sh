#!/usr/bin/env bash
# A JMX client that has asked a process to exit fails when it closes its connection.
#
# guess:  close() of a connector whose server is gone has nothing to do and returns.
# seen:   OpenJDK 17.0.15 and 25.0.3, 2026-11-29: the client invokes an operation that ends the server's process, waits for that,
#         and calls JMXConnector.close()
#           close of a connection whose server has ended: ConnectException
#         close() first notifies the server. In a try-with-resources the exception replaces the result of a stop that went well. If the
#         process is very quick, invoke() itself fails with an UnmarshalException, and the answer is lost.
# matters to: anyone who stops services by JMX, and takes an exception of the client for a failed stop.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
server=
# shellcheck disable=SC2317,SC2329 # called by the trap
clean() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap clean EXIT

cat > "$work/Server.java" <<'JAVA'
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;

public class Server {
    private static final Path ANSWERED = Path.of(System.getProperty("answered"));

    public interface StopMBean {
        void stop();
    }

    public static class Stop implements StopMBean {
        @Override
        public void stop() {
            new Thread(() -> {
                while (!Files.exists(ANSWERED)) {
                    LockSupport.parkNanos(10_000_000);
                }
                System.exit(0);
            }).start();
        }
    }

    public static void main(String[] args) throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        beans.registerMBean(new Stop(), new ObjectName("example:type=Stop"));
        JMXConnectorServer server = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("service:jmx:rmi://localhost"), null, beans);
        server.start();
        System.out.println(server.getAddress());
        Thread.sleep(60_000);
    }
}
JAVA
cat > "$work/Client.java" <<'JAVA'
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

public class Client {
    public static void main(String[] args) throws Exception {
        JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(args[0]));
        connector.getMBeanServerConnection().invoke(new ObjectName("example:type=Stop"), "stop", null, null);
        Files.createFile(Path.of(System.getProperty("answered"))); // the server ends now
        ProcessHandle.of(Long.parseLong(args[1])).ifPresent(process -> process.onExit().join());
        String end = "returns";
        try {
            connector.close();
        } catch (IOException e) {
            end = e.getClass().getSimpleName();
        }
        System.out.println("close of a connection whose server has ended: " + end);
        System.exit(0);
    }
}
JAVA
javac -d "$work" "$work"/*.java

java -Danswered="$work/answered" -cp "$work" Server > "$work/address" &
server=$!
for _ in $(seq 300); do
    [ ! -s "$work/address" ] || break
    sleep 0.1
done
seen=$(java -Danswered="$work/answered" -cp "$work" Client "$(cat "$work/address")" "$server")
expected='close of a connection whose server has ended: ConnectException'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
