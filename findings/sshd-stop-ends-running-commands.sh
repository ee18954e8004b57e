#!/usr/bin/env bash
# Apache MINA SSHD: stop() ends running commands at once, as stop(true) does; their clients get neither output nor exit code.
#
# guess:  stop(), which is stop(immediately=false), closes the port and lets running commands finish.
# seen:   Apache MINA SSHD 2.16.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A command that would need 30 s:
#           stop(): returns within 15 s, command destroyed=yes, exit code for the client=no
#           stop(true): returns within 15 s, command destroyed=yes, exit code for the client=no
#         stop() took 44 to 60 ms, stop(true) 1 ms.
# matters to: embedded SSH and SFTP servers: count commands and transfers, refuse new ones, and stop the server after them.
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
  <artifactId>sshd</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.sshd</groupId><artifactId>sshd-core</artifactId><version>2.16.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Ssh.java" <<'JAVA'
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;

/** Within the JVM, on the loopback interface. */
public class Ssh {
    public static void main(String[] args) throws Exception {
        System.out.println("stop(): " + run(false));
        System.out.println("stop(true): " + run(true));
        System.exit(0);
    }

    private static String run(boolean immediately) throws Exception {
        Work command = new Work();
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider());
        server.setPasswordAuthenticator((user, password, session) -> true);
        server.setCommandFactory((channel, line) -> command);
        server.start();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier((session, address, key) -> true);
            client.start();
            ClientSession session = client.connect("user", "127.0.0.1", server.getPort())
                    .verify(Duration.ofSeconds(30)).getSession();
            session.addPasswordIdentity("password");
            session.auth().verify(Duration.ofSeconds(30));
            ChannelExec channel = session.createExecChannel("work");
            channel.open().verify(Duration.ofSeconds(30));
            command.started.await();

            long begin = System.nanoTime();
            if (immediately) {
                server.stop(true);
            } else {
                server.stop();
            }
            long took = System.nanoTime() - begin;
            boolean destroyed = command.destroyed.await(20, TimeUnit.SECONDS);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(60));
            System.err.println("stop took " + took / 1_000_000 + " ms");
            return "returns " + (took < 15_000_000_000L ? "within" : "after") + " 15 s"
                    + ", command destroyed=" + (destroyed ? "yes" : "no")
                    + ", exit code for the client=" + (channel.getExitStatus() == null ? "no" : "yes");
        }
    }

    private static class Work implements Command {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch destroyed = new CountDownLatch(1);
        private ExitCallback exit;
        private OutputStream out;

        @Override
        public void setInputStream(InputStream in) {}

        @Override
        public void setErrorStream(OutputStream err) {}

        @Override
        public void setOutputStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            Thread worker = new Thread(() -> {
                started.countDown();
                try {
                    if (!destroyed.await(30, TimeUnit.SECONDS)) {
                        out.write("done\n".getBytes());
                        out.flush();
                        exit.onExit(0);
                    }
                } catch (IOException | InterruptedException e) {
                    System.err.println(e);
                }
            });
            worker.setDaemon(true);
            worker.start();
        }

        @Override
        public void destroy(ChannelSession channel) {
            destroyed.countDown();
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Ssh.java"

seen=$(timeout 150 java -cp "$work:$work/lib/*" Ssh 2> "$work/log") || { cat "$work/log"; exit 1; }
ended='returns within 15 s, command destroyed=yes, exit code for the client=no'
expected="stop(): $ended
stop(true): $ended"

echo "$seen"
grep took "$work/log" || true
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
