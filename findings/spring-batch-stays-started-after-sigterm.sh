#!/usr/bin/env bash
# Spring Batch: a job that SIGTERM ends stays STARTED, and every later start is refused until it is repaired by hand.
#
# guess:  the close of the context stops the job at its next chunk, and the next start goes on from there; or it fails, with the same
#         effect.
# seen:   Spring Batch 6.0.6 with H2 2.4.240, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A job of ten chunks, SIGTERM after the
#         first, in a context with registerShutdownHook(); then the same job in a new process:
#           SIGTERM: exit=143, job ends=no; next start: JobExecutionAlreadyRunningException
#           SIGTERM, JobOperator.stop() in a hook: exit=143, job ends=STOPPED; next start: continues, COMPLETED
#         Nothing in the context stops a running job, and an execution without an end counts as running, whoever runs it. The
#         hook must wait for the job's thread before the context, and with it the data source, is closed. After a kill,
#         JobOperator.recover(..) of 6.0 marks the execution as failed; then it can be started again.
# matters to: batch jobs in containers, which are moved and deployed by SIGTERM.
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
  <artifactId>batch</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework.batch</groupId><artifactId>spring-batch-core</artifactId><version>6.0.6</version></dependency>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Batch.java" <<'JAVA'
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.batch.core.configuration.annotation.EnableBatchProcessing;
import org.springframework.batch.core.configuration.annotation.EnableJdbcJobRepository;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Arguments: file of the database, "first" or "second", "stop" for a hook that stops the job. */
@Configuration
@EnableBatchProcessing
@EnableJdbcJobRepository
public class Batch {
    private static String file;
    private static boolean slow;

    public static void main(String[] args) throws Exception {
        file = args[0];
        slow = args[1].equals("first");
        if (slow) {
            new ResourceDatabasePopulator(new ClassPathResource("org/springframework/batch/core/schema-h2.sql"))
                    .execute(database());
        }
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Batch.class);
        JobOperator operator = context.getBean(JobOperator.class);
        if (args[2].equals("stop")) {
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop(operator, context.getBean(JobRepository.class));
                join(main);
                context.close();
            }));
        } else {
            context.registerShutdownHook();
        }
        try {
            JobExecution execution = operator.start(
                    context.getBean(Job.class), new JobParametersBuilder().addString("day", "1").toJobParameters());
            System.out.println("job=" + execution.getStatus());
        } catch (JobExecutionException e) {
            System.out.println("refused=" + e.getClass().getSimpleName());
        }
    }

    private static void stop(JobOperator operator, JobRepository repository) {
        for (JobExecution execution : repository.findRunningJobExecutions("job")) {
            try {
                operator.stop(execution);
            } catch (JobExecutionException e) {
                System.out.println(e);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DataSource database() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + file + ";DB_CLOSE_ON_EXIT=FALSE");
        return source;
    }

    @Bean
    DataSource dataSource() {
        return database();
    }

    @Bean
    JdbcTransactionManager transactionManager(DataSource source) {
        return new JdbcTransactionManager(source);
    }

    @Bean
    Job job(JobRepository repository, PlatformTransactionManager transactions) {
        return new JobBuilder("job", repository)
                .start(new StepBuilder("step", repository)
                        .<Integer, Integer>chunk(2)
                        .transactionManager(transactions)
                        .reader(new Numbers())
                        .writer(chunk -> System.out.println("written=" + chunk.getItems().get(0)))
                        .build())
                .build();
    }

    /** Twenty numbers, a second each in the first run. */
    private static class Numbers implements ItemStreamReader<Integer> {
        private int next;

        @Override
        public void open(ExecutionContext context) {
            next = context.getInt("next", 0);
            System.out.println("from=" + next);
        }

        @Override
        public void update(ExecutionContext context) {
            context.putInt("next", next);
        }

        @Override
        public Integer read() throws InterruptedException {
            if (next >= 20) {
                return null;
            }
            if (slow) {
                Thread.sleep(1000);
            }
            return next++;
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Batch.java"

try() { # stop or no
    local code=0 job next
    java -cp "$work:$work/lib/*" Batch "$work/$1" first "$1" > "$work/$1.first" 2>> "$work/log" &
    local pid=$!
    for _ in $(seq 600); do grep -q '^written' "$work/$1.first" && break; sleep 0.1; done
    kill -TERM "$pid"
    wait "$pid" || code=$?
    job=$(sed -n 's/^job=//p' "$work/$1.first")
    java -cp "$work:$work/lib/*" Batch "$work/$1" second no > "$work/$1.second" 2>> "$work/log"
    next=$(sed -n 's/^refused=//p' "$work/$1.second")
    if [ -z "$next" ]; then
        grep -qx 'from=0' "$work/$1.second" && next='starts anew' || next=continues
        next="$next, $(sed -n 's/^job=//p' "$work/$1.second")"
    fi
    echo "exit=$code, job ends=${job:-no}; next start: $next"
}
seen="SIGTERM: $(try no)
SIGTERM, JobOperator.stop() in a hook: $(try stop)"
expected='SIGTERM: exit=143, job ends=no; next start: JobExecutionAlreadyRunningException
SIGTERM, JobOperator.stop() in a hook: exit=143, job ends=STOPPED; next start: continues, COMPLETED'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work"/*.first "$work"/*.second "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
