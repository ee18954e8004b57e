package io.github.shutdown4j.examples.springboot;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.shutdown4j.resources.Resource;

/** Resources that the coordinator releases, with their order. */
@Configuration(proxyBeanMethods = false)
class Releases {

    @Bean
    Resource outbox() {
        return Resource.of("outbox", -1, () -> System.out.println("outbox sent")); // before the context and its beans
    }
}
