#!/usr/bin/env bash
# A closed connection pool: HikariCP and Tomcat's let a waiting thread wait for its whole time-out, DBCP and Agroal do not.
#
# guess:  close() wakes every thread that waits for a connection, in each of the four pools.
# seen:   HikariCP 7.1.0, Commons DBCP 2.13.0, Tomcat JDBC 11.0.10, Agroal 2.8, H2 2.4.240 in memory, OpenJDK 17.0.15,
#         2026-11-28. One connection, in use; a second thread waits for it, 5 s at most; then close():
#           HikariCP: waits to the end
#           DBCP: woken
#           Tomcat: waits to the end
#           Agroal: woken
#         close() itself returned after a few milliseconds in all of them. The default time-out is 30 s in HikariCP and
#         Tomcat's: as long as a whole shutdown may take. No new work before the close, or a short connectionTimeout.
# matters to: anyone who closes a pool while requests still wait for a connection, and then waits for their threads.
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
  <artifactId>pools</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
    <dependency><groupId>com.zaxxer</groupId><artifactId>HikariCP</artifactId><version>7.1.0</version></dependency>
    <dependency><groupId>org.apache.commons</groupId><artifactId>commons-dbcp2</artifactId><version>2.13.0</version></dependency>
    <dependency><groupId>org.apache.tomcat</groupId><artifactId>tomcat-jdbc</artifactId><version>11.0.10</version></dependency>
    <dependency><groupId>io.agroal</groupId><artifactId>agroal-pool</artifactId><version>2.8</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Pools.java" <<'JAVA'
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;

public class Pools {
    interface Close {
        void close() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:hikari");
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(5000);
        HikariDataSource hikari = new HikariDataSource(config);
        run("HikariCP", hikari, hikari::close);

        BasicDataSource dbcp = new BasicDataSource();
        dbcp.setUrl("jdbc:h2:mem:dbcp");
        dbcp.setMaxTotal(1);
        dbcp.setMaxWait(Duration.ofSeconds(5));
        run("DBCP", dbcp, dbcp::close);

        org.apache.tomcat.jdbc.pool.DataSource tomcat = new org.apache.tomcat.jdbc.pool.DataSource();
        tomcat.setUrl("jdbc:h2:mem:tomcat");
        tomcat.setDriverClassName("org.h2.Driver");
        tomcat.setMaxActive(1);
        tomcat.setMaxIdle(1);
        tomcat.setInitialSize(1);
        tomcat.setMaxWait(5000);
        run("Tomcat", tomcat, tomcat::close);

        AgroalDataSource agroal = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(1)
                        .acquisitionTimeout(Duration.ofSeconds(5))
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl("jdbc:h2:mem:agroal"))));
        run("Agroal", agroal, agroal::close);
        System.exit(0);
    }

    private static void run(String name, DataSource pool, Close close) throws Exception {
        pool.getConnection(); // in use
        FutureTask<Long> wait = new FutureTask<>(() -> {
            long begin = System.nanoTime();
            try {
                pool.getConnection();
                throw new IllegalStateException("a second connection");
            } catch (SQLException expected) {
                return (System.nanoTime() - begin) / 1_000_000;
            }
        });
        Thread waiter = new Thread(wait);
        waiter.setDaemon(true);
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(10);
        }
        Thread.sleep(500); // close() is to meet a thread that has waited for a while
        long begin = System.nanoTime();
        close.close();
        long closed = (System.nanoTime() - begin) / 1_000_000;
        long waited = wait.get(20, TimeUnit.SECONDS);
        System.err.println(name + ": close() took " + closed + " ms, the other waited for " + waited + " ms");
        System.out.println(name + ": " + (waited >= 4900 ? "waits to the end" : "woken"));
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Pools.java"

seen=$(java -cp "$work:$work/lib/*" Pools 2> "$work/log")
expected='HikariCP: waits to the end
DBCP: woken
Tomcat: waits to the end
Agroal: woken'

echo "$seen"
grep 'close() took' "$work/log" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
