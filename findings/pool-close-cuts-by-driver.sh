#!/usr/bin/env bash
# HikariCP's close() cuts a connection in use or leaves it working: the JDBC driver decides.
#
# guess:  after close() of the pool, a connection that a thread still holds is not valid any more, with any driver.
# seen:   HikariCP 7.1.0 with H2 2.5.252 and HSQLDB 2.7.4, both in memory, OpenJDK 17.0.15, 2026-11-29. One connection in
#         use, then close() of the pool, then statements for a second:
#           H2: a statement succeeds
#           HSQLDB: cut, a statement fails
#         The pool calls Connection.abort, which the specification lets a driver interpret.
# matters to: anyone who closes the pool first and expects that nothing can write to the database afterwards.
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
  <artifactId>pool-close</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.zaxxer</groupId><artifactId>HikariCP</artifactId><version>7.1.0</version></dependency>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.5.252</version></dependency>
    <dependency><groupId>org.hsqldb</groupId><artifactId>hsqldb</artifactId><version>2.7.4</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/CloseInUse.java" <<'JAVA'
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

public class CloseInUse {
    public static void main(String[] args) throws Exception {
        closeInUse("H2", "jdbc:h2:mem:pool", "SELECT 1");
        closeInUse("HSQLDB", "jdbc:hsqldb:mem:pool", "VALUES 1");
    }

    static void closeInUse(String name, String url, String statement) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        HikariDataSource pool = new HikariDataSource(config);
        Connection inUse = pool.getConnection();
        Connection own = inUse.unwrap(Connection.class);
        pool.close();
        boolean works = works(own, statement);
        for (int i = 0; i < 100 && works; i++) { // a driver has a second to cut it
            Thread.sleep(10);
            works = works(own, statement);
        }
        System.out.println(name + ": " + (works ? "a statement succeeds" : "cut, a statement fails"));
    }

    static boolean works(Connection connection, String statement) {
        try (var one = connection.createStatement()) {
            return one.execute(statement);
        } catch (SQLException cut) {
            return false;
        }
    }
}
JAVA
seen=$(java -cp "$work/lib/*" "$work/CloseInUse.java" 2> "$work/log")
expected='H2: a statement succeeds
HSQLDB: cut, a statement fails'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
