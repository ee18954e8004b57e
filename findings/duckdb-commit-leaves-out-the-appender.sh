#!/usr/bin/env bash
# DuckDB: commit() leaves out what an open appender of the same connection has taken; its close() then commits that by itself.
#
# guess:  rows of an appender belong to the transaction of its connection: commit() makes them durable, rollback() drops them.
# seen:   DuckDB JDBC 1.4.1, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Auto-commit is off. 100 rows by an appender, one by INSERT,
#         then what is named, and a kill; the rows in the next process:
#           commit: 1
#           flush, commit: 101
#           flush, rollback: 0
#           commit, close of the appender: 101
#           commit, close of the appender, rollback: 101
#         The appender keeps rows in memory, and commit() does not ask for them, without an exception. close() writes what is left, and if
#         no statement has begun a transaction since the commit, it does so outside of any: nothing can roll it back.
# matters to: writers that take a commit for a point to start from again: flush() the appender before each commit, and before its close.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact=org.duckdb:duckdb_jdbc:1.4.1.0 \
    -DoutputDirectory="$work" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Rows.java <<'JAVA'
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

public class Rows {
    public static void main(String[] args) throws Exception {
        Connection connection = DriverManager.getConnection("jdbc:duckdb:" + args[0]);
        Statement statement = connection.createStatement();
        if (args[1].equals("count")) {
            try (ResultSet result = statement.executeQuery("SELECT count(*) FROM orders")) {
                result.next();
                System.out.println(result.getInt(1));
            }
            System.exit(0);
        }
        statement.execute("CREATE TABLE orders (number INTEGER)");
        connection.setAutoCommit(false);
        DuckDBAppender appender = ((DuckDBConnection) connection).createAppender("main", "orders");
        for (int number = 0; number < 100; number++) {
            appender.beginRow();
            appender.append(number);
            appender.endRow();
        }
        statement.execute("INSERT INTO orders VALUES (1000)");
        if (args[1].startsWith("flush")) {
            appender.flush();
        }
        if (args[1].equals("flush-rollback")) {
            connection.rollback();
        } else {
            connection.commit();
        }
        if (args[1].startsWith("close")) {
            appender.close();
        }
        if (args[1].equals("close-rollback")) {
            connection.rollback();
        }
        Runtime.getRuntime().halt(137);
    }
}
JAVA
jar=duckdb_jdbc-1.4.1.0.jar
javac -cp "$jar" Rows.java

try() {
    java -Djava.io.tmpdir=. -cp ".:$jar" Rows "$1.db" "$1" 2>> log || true
    java -Djava.io.tmpdir=. -cp ".:$jar" Rows "$1.db" count 2>> log
}
seen="commit: $(try commit)
flush, commit: $(try flush)
flush, rollback: $(try flush-rollback)
commit, close of the appender: $(try close)
commit, close of the appender, rollback: $(try close-rollback)"
expected='commit: 1
flush, commit: 101
flush, rollback: 0
commit, close of the appender: 101
commit, close of the appender, rollback: 101'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
