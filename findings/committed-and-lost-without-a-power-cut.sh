#!/usr/bin/env bash
# Two of four embedded databases lose committed transactions when the process is killed, one of them also at System.exit.
#
# guess:  a commit that has returned survives the end of the process in each of them; only a power cut could take it.
# seen:   H2 2.4.240, HSQLDB 2.7.4, Apache Derby 10.16.1.1, SQLite 3.50.3 by sqlite-jdbc, all with their defaults and a file,
#         OpenJDK 17.0.15, Linux 6.18, ext4, 2026-11-29. Ten rows, each committed; then the process ends without close():
#                  halt  exit
#           h2     0     10
#           hsqldb 0     0
#           derby  10    10
#           sqlite 10    10
#         H2 and HSQLDB write behind, some 500 ms after the commit (WRITE_DELAY). H2 has a JVM hook that closes the database
#         at an orderly exit; HSQLDB has none: it needs SHUTDOWN, or "shutdown=true" in the URL and a close of the last
#         connection. Against kill -9: "SET FILES WRITE DELAY FALSE" for HSQLDB, "SET WRITE_DELAY 0" for H2.
# matters to: anyone who keeps state or a queue in an embedded database and relies on committed data.
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
  <artifactId>databases</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
    <dependency><groupId>org.hsqldb</groupId><artifactId>hsqldb</artifactId><version>2.7.4</version></dependency>
    <dependency><groupId>org.apache.derby</groupId><artifactId>derby</artifactId><version>10.16.1.1</version></dependency>
    <dependency><groupId>org.xerial</groupId><artifactId>sqlite-jdbc</artifactId><version>3.50.3.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Rows.java" <<'JAVA'
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

public class Rows {
    public static void main(String[] args) throws Exception {
        Connection connection = DriverManager.getConnection(args[1]);
        Statement statement = connection.createStatement();
        switch (args[0]) {
            case "create" -> {
                statement.execute("create table t (i int)");
                if (args[1].startsWith("jdbc:hsqldb:")) {
                    statement.execute("shutdown"); // so that the table itself is on the disk; close() does that for H2
                }
                connection.close();
            }
            case "halt", "exit" -> {
                connection.setAutoCommit(false);
                for (int i = 0; i < 10; i++) {
                    statement.executeUpdate("insert into t values (" + i + ")");
                    connection.commit();
                }
                if (args[0].equals("halt")) {
                    Runtime.getRuntime().halt(0);
                }
                System.exit(0);
            }
            default -> {
                ResultSet rows = statement.executeQuery("select count(*) from t");
                rows.next();
                System.out.println(rows.getInt(1));
            }
        }
    }
}
JAVA
javac -d "$work" "$work/Rows.java"
cd "$work"
rows() { java -Djava.io.tmpdir=. -cp ".:lib/*" Rows "$@" 2>> log; }

seen=$(
    for name in h2 hsqldb derby sqlite; do
        line=$name
        for end in halt exit; do
            case $name in
                h2) url=jdbc:h2:./h2-$end ;;
                hsqldb) url=jdbc:hsqldb:file:hsqldb-$end ;;
                derby) url="jdbc:derby:derby-$end;create=true" ;;
                *) url=jdbc:sqlite:sqlite-$end.db ;;
            esac
            rows create "$url"
            rows "$end" "$url"
            line="$line $(rows count "$url")"
        done
        echo "$line"
    done
)
expected='h2 0 10
hsqldb 0 0
derby 10 10
sqlite 10 10'

echo "rows found of ten, after halt and after exit:"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; tail -n 5 log; exit 1; }
