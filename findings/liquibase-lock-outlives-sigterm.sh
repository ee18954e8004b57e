#!/usr/bin/env bash
# SIGTERM during a Liquibase update leaves its lock in the database; the next start waits for it and fails.
#
# guess:  an ordinary stop releases the lock, in a JVM hook or with the session that took it, as Flyway's lock goes with its
#         session.
# seen:   Liquibase 5.0.4, H2 2.5.252 as a server, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. SIGTERM during a change
#         that takes 3 s; the lock is read after that change has ended:
#           stopped: exit=143, locked=true
#           next start: fails with LockException
#         The lock is a committed row, Liquibase has no JVM hook, and nothing expires it. The next start waits for 5 minutes
#         (here 0 to 10 s, by liquibase.changelogLockWaitTimeInMinutes) and fails, and so does every later one, until somebody runs
#         releaseLocks. Let a migration end before the stop, in a job of its own, or with a stop limit above its length.
# matters to: services that migrate at their start, and deployments that stop one that is still starting.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>liquibase</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.liquibase</groupId><artifactId>liquibase-core</artifactId><version>5.0.4</version></dependency>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.5.252</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Migration.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.exception.LockException;
import liquibase.resource.DirectoryResourceAccessor;
import org.h2.tools.Server;

public class Migration {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        if (args[0].equals("server")) {
            Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", args[1]).start();
            Path temporary = Files.writeString(folder.resolve("new"), Integer.toString(server.getPort()));
            Files.move(temporary, folder.resolve("port"));
            Thread.sleep(150_000);
            return;
        }
        String port = Files.readString(folder.resolve("port"));
        Connection connection = DriverManager.getConnection("jdbc:h2:tcp://127.0.0.1:" + port + "/./db");
        if (args[0].equals("see")) {
            ResultSet row = connection.createStatement().executeQuery("select locked from databasechangeloglock");
            row.next();
            System.out.println("locked=" + row.getBoolean(1));
            return;
        }
        connection.createStatement().execute("create alias if not exists nap for 'Migration.nap'");
        try {
            new Liquibase("log.sql", new DirectoryResourceAccessor(folder), new JdbcConnection(connection))
                    .update(new Contexts());
            System.out.println("succeeds");
        } catch (LiquibaseException failure) {
            System.out.println("fails with " + (failure.getCause() instanceof LockException ? "LockException" : failure));
        }
    }

    /** A change that takes its time; called by the database. */
    public static void nap(String folder) throws Exception {
        Files.createFile(Path.of(folder, "begun"));
        Thread.sleep(3000);
        Files.createFile(Path.of(folder, "ended"));
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Migration.java"
cat > "$work/log.sql" <<SQL
--liquibase formatted sql
--changeset shop:1
create table orders(id int);
--changeset shop:2
call nap('$work');
SQL

migration() { java -Dliquibase.changelogLockWaitTimeInMinutes=0 -cp "$work:$work/lib/*" Migration "$@" 2>> "$work/log"; }
within() { # up to $1 tenths of a second
    for _ in $(seq "$1"); do [ -e "$2" ] && return 0; sleep 0.1; done
    echo "not there: $2"
    return 1
}

java -cp "$work:$work/lib/*" Migration server "$work" &
server=$!
within 200 "$work/port"

java -cp "$work:$work/lib/*" Migration update "$work" >> "$work/log" 2>&1 &
first=$!
within 400 "$work/begun"
kill -TERM "$first"
code=0
wait "$first" || code=$?
within 100 "$work/ended"

seen="stopped: exit=$code, $(migration see "$work")
next start: $(migration update "$work" | grep -E "^(fails|succeeds)" || true)"
expected='stopped: exit=143, locked=true
next start: fails with LockException'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
