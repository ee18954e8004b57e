package io.github.shutdown4j.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A Spring Boot application like any other. What ends it is in the package io.github.shutdown4j.spring. */
@SpringBootApplication
public class SpringBootService {

    public static void main(String[] args) {
        SpringApplication.run(SpringBootService.class, args);
    }
}
