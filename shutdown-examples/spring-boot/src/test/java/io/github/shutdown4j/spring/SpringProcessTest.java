package io.github.shutdown4j.spring;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.springboot.SpringBootService;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** Behaviour that only a separate process can show. */
@Timeout(240)
class SpringProcessTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    /** A program without a server that prints its result, as in Spring's guide. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    public static class Batch {

        public static void main(String[] args) {
            System.exit(SpringApplication.exit(
                    SpringApplication.run(Batch.class, "--spring.main.web-application-type=none")));
        }

        @Bean
        CommandLineRunner work() {
            return args -> System.out.println("worked");
        }

        @Bean
        ExitCodeGenerator result() {
            return () -> 5;
        }

        @Bean
        Resource outbox() {
            return Resource.of("outbox", -1, () -> System.out.println("outbox sent"));
        }
    }

    @Test
    void theExitCodeOfSpringIsKept() {
        ChildJvm batch = Example.quick(jvms.main(Batch.class)).start();
        assertThat(batch.awaitExit())
                .hasExitCode(5)
                .printed("worked", "outbox sent", "exit code 5 by Spring's ExitCodeGenerator");
    }

    @Test
    void theGenerationOfClassesAheadOfTimeEndsAndFindsTheBeansOfTheStarter() throws Exception {
        ChildJvm processor = Example.quick(jvms.main(SpringApplicationAotProcessor.class))
                .args(
                        SpringBootService.class.getName(),
                        directory.resolve("sources").toString(),
                        directory.resolve("resources").toString(),
                        directory.resolve("classes").toString(),
                        "group",
                        "artifact")
                .start();
        // Seconds of processor time, of which a loaded machine has little.
        assertThat(processor.awaitExit(Duration.ofSeconds(200))).hasExitCode(0);
        assertThat(directory.resolve(
                        "sources/io/github/shutdown4j/spring/ShutdownAutoConfiguration__BeanDefinitions.java"))
                .exists();
        assertThat(directory.resolve("resources/META-INF/native-image/group/artifact/reachability-metadata.json"))
                .content()
                .contains(DrainingProtocol.class.getName()); // Tomcat creates it by its name
    }
}
