package io.github.shutdown4j.examples.logback;

import io.github.shutdown4j.examples.process.LogToTheEndTest;

class LogbackServiceTest extends LogToTheEndTest {

    @Override
    protected String configuration() {
        return "logback.xml";
    }

    @Override
    protected String configurationProperty() {
        return "logback.configurationFile";
    }

    @Override
    protected String withItsOwnHook(String configuration) {
        return configuration.replace("<configuration>", "<configuration><shutdownHook/>");
    }
}
