#!/usr/bin/env bash
# Quartz: a job that runs once and is vetoed by a TriggerListener, as during a drain, is deleted; it never runs.
#
# guess:  a veto postpones: the trigger stays in the store and fires again once the veto is lifted, or after the next start.
# seen:   Quartz 2.5.2, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. Three jobs come due while vetoJobExecution returns true; the veto is
#         lifted 2 s later:
#           memory and database, once: ran=no, job in the store=no, triggers left=0
#           memory and database, once, durable, with recovery: ran=no, job in the store=yes, triggers left=0
#           memory and database, every second: ran=yes, job in the store=yes, triggers left=1
#         The veto counts as the execution: the trigger has fired and is complete, and a job without triggers that is not durable is deleted
#         with it. Nothing is logged.
# matters to: a drain that refuses new jobs by a veto: standby() instead, which, by its documentation, leaves what comes due in the store as misfired.
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
  <groupId>findings</groupId>
  <artifactId>veto</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.quartz-scheduler</groupId><artifactId>quartz</artifactId><version>2.5.2</version></dependency>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
    <dependency><groupId>com.zaxxer</groupId><artifactId>HikariCP</artifactId><version>7.0.2</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Veto.java <<'JAVA'
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.listeners.TriggerListenerSupport;

public class Veto {
    static final Set<String> RAN = ConcurrentHashMap.newKeySet();
    static final Set<String> VETOED = ConcurrentHashMap.newKeySet();
    static volatile boolean veto = true;

    public static class Note implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            RAN.add(context.getJobDetail().getKey().getName());
        }
    }

    public static void main(String[] args) throws Exception {
        String url = "jdbc:h2:mem:quartz;DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(url)) {
            String tables = new String(Veto.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_h2.sql").readAllBytes(),
                    StandardCharsets.UTF_8);
            connection.createStatement().execute(tables);
        }
        Properties stored = new Properties();
        stored.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
        stored.setProperty("org.quartz.jobStore.dataSource", "db");
        stored.setProperty("org.quartz.dataSource.db.provider", "hikaricp");
        stored.setProperty("org.quartz.dataSource.db.driver", "org.h2.Driver");
        stored.setProperty("org.quartz.dataSource.db.URL", url);
        for (String store : new String[] {"memory", "database"}) {
            Properties properties = store.equals("memory") ? new Properties() : stored;
            properties.setProperty("org.quartz.threadPool.threadCount", "2");
            properties.setProperty("org.quartz.scheduler.instanceName", store);
            run(store, new StdSchedulerFactory(properties).getScheduler());
        }
        System.exit(0);
    }

    private static void run(String store, Scheduler scheduler) throws Exception {
        veto = true;
        RAN.clear();
        VETOED.clear();
        scheduler.getListenerManager().addTriggerListener(new TriggerListenerSupport() {
            @Override
            public String getName() {
                return "drain";
            }

            @Override
            public boolean vetoJobExecution(Trigger trigger, JobExecutionContext context) {
                if (veto) {
                    VETOED.add(trigger.getJobKey().getName());
                }
                return veto;
            }
        });
        String[] names = {"once", "once, durable, with recovery", "every second"};
        for (String name : names) {
            TriggerBuilder<Trigger> trigger = TriggerBuilder.newTrigger().startNow();
            boolean durable = name.contains("durable");
            scheduler.scheduleJob(JobBuilder.newJob(Note.class).withIdentity(name).storeDurably(durable).requestRecovery(durable).build(),
                    name.equals("every second") ? trigger.withSchedule(SimpleScheduleBuilder.repeatSecondlyForever()).build() : trigger.build());
        }
        scheduler.start();
        for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos(); VETOED.size() < 3 && System.nanoTime() < end;) {
            Thread.sleep(50);
        }
        Thread.sleep(2000);
        veto = false;
        for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos(); RAN.isEmpty() && System.nanoTime() < end;) {
            Thread.sleep(50);
        }
        Thread.sleep(2000);
        for (String name : names) {
            boolean exists = scheduler.checkExists(JobKey.jobKey(name));
            int triggers = exists ? scheduler.getTriggersOfJob(JobKey.jobKey(name)).size() : 0;
            System.out.println(store + ", " + name + ": ran=" + answer(RAN.contains(name)) + ", job in the store=" + answer(exists)
                    + ", triggers left=" + triggers);
        }
        scheduler.shutdown();
    }

    private static String answer(boolean yes) {
        return yes ? "yes" : "no";
    }
}
JAVA
javac -cp 'lib/*' Veto.java

seen=$(timeout 240 java -cp '.:lib/*' Veto 2> log) || true
expected='memory, once: ran=no, job in the store=no, triggers left=0
memory, once, durable, with recovery: ran=no, job in the store=yes, triggers left=0
memory, every second: ran=yes, job in the store=yes, triggers left=1
database, once: ran=no, job in the store=no, triggers left=0
database, once, durable, with recovery: ran=no, job in the store=yes, triggers left=0
database, every second: ran=yes, job in the store=yes, triggers left=1'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
