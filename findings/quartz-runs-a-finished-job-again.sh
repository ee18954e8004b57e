#!/usr/bin/env bash
# Quartz: a recoverable job that ends after shutdown() is run again by the next start, although it has succeeded.
#
# guess:  shutdown(), which does not wait for running jobs, keeps the job store usable until they have ended; the job is recorded
#         as done, and the next start does not run it.
# seen:   Quartz 2.5.0 with JobStoreTX on H2 2.4.240 and a data source of Quartz, OpenJDK 17.0.15 and Temurin 25.0.3,
#         2026-11-29. A job of 2 s with requestRecovery, the scheduler is shut down while it runs, and the JVM ends 1.5 s after the job:
#           shutdown(true): finished=yes, run again by the next start=no
#           shutdown(false): finished=yes, run again by the next start=yes
#           shutdown(false), requestRecovery(false): finished=yes, run again by the next start=no
#         shutdown(false), which is the same as shutdown() and what Spring's SchedulerFactoryBean does by default, closes the data source
#         at once. The job ends without an exception and nothing says that its end could not be recorded; for the next start
#         it looks as if the JVM had been killed in the middle (isRecovering() is true).
# matters to: jobs that may not run twice (invoices, mails): shutdown(true), below a limit of your own, or a job that is repeatable.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>quartz</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.quartz-scheduler</groupId><artifactId>quartz</artifactId><version>2.5.0</version></dependency>
    <dependency><groupId>com.zaxxer</groupId><artifactId>HikariCP</artifactId><version>7.0.2</version></dependency>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Recovered.java <<'JAVA'
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/** Arguments: first or next, the database, whether the shutdown waits, whether the job requests recovery. */
public class Recovered {
    static final CountDownLatch RUNNING = new CountDownLatch(1);
    static final CountDownLatch FINISHED = new CountDownLatch(1);

    public static class Invoice implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            RUNNING.countDown();
            try {
                Thread.sleep(2000);
                FINISHED.countDown();
            } catch (InterruptedException e) {
                System.err.println(e);
            }
        }
    }

    public static void main(String[] args) throws Exception {
        boolean first = args[0].equals("first");
        String url = "jdbc:h2:./" + args[1];
        if (first) {
            try (Connection connection = DriverManager.getConnection(url, "sa", "");
                    var script = Recovered.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_h2.sql")) {
                connection.createStatement().execute(new String(script.readAllBytes()));
            }
        }
        Properties settings = new Properties();
        settings.put("org.quartz.scheduler.instanceName", "findings");
        settings.put("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        settings.put("org.quartz.threadPool.threadCount", "2");
        settings.put("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
        settings.put("org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.StdJDBCDelegate");
        settings.put("org.quartz.jobStore.dataSource", "jobs");
        settings.put("org.quartz.dataSource.jobs.provider", "hikaricp");
        settings.put("org.quartz.dataSource.jobs.driver", "org.h2.Driver");
        settings.put("org.quartz.dataSource.jobs.URL", url + ";DB_CLOSE_ON_EXIT=FALSE");
        settings.put("org.quartz.dataSource.jobs.user", "sa");
        settings.put("org.quartz.dataSource.jobs.password", "");
        settings.put("org.quartz.dataSource.jobs.maxConnections", "4");
        Scheduler scheduler = new StdSchedulerFactory(settings).getScheduler();
        if (first) {
            scheduler.scheduleJob(
                    JobBuilder.newJob(Invoice.class).withIdentity("invoice").requestRecovery(Boolean.parseBoolean(args[3])).build(),
                    TriggerBuilder.newTrigger().startNow().build());
            scheduler.start();
            if (!RUNNING.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the job does not start");
            }
            scheduler.shutdown(Boolean.parseBoolean(args[2]));
            System.out.print("finished=" + (FINISHED.await(20, TimeUnit.SECONDS) ? "yes" : "no"));
            Thread.sleep(1500); // time to record the end
        } else {
            scheduler.start();
            System.out.println(", run again by the next start=" + (RUNNING.await(5, TimeUnit.SECONDS) ? "yes" : "no"));
            scheduler.shutdown(true);
        }
        System.exit(0);
    }
}
JAVA
javac -proc:none -cp 'lib/*' Recovered.java

try() { # name, database, waits, recovery
    printf '%s: ' "$1"
    timeout 120 java -cp '.:lib/*' Recovered first "$2" "$3" "$4"
    timeout 120 java -cp '.:lib/*' Recovered next "$2" "$3" "$4"
}
seen=$(try 'shutdown(true)' waits true true
    try 'shutdown(false)' continues false true
    try 'shutdown(false), requestRecovery(false)' plain false false)
expected='shutdown(true): finished=yes, run again by the next start=no
shutdown(false): finished=yes, run again by the next start=yes
shutdown(false), requestRecovery(false): finished=yes, run again by the next start=no'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
