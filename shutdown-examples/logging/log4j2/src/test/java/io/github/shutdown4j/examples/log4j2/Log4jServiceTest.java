package io.github.shutdown4j.examples.log4j2;

import io.github.shutdown4j.examples.process.LogToTheEndTest;

class Log4jServiceTest extends LogToTheEndTest {

    @Override
    protected String configuration() {
        return "log4j2.xml";
    }

    @Override
    protected String configurationProperty() {
        return "log4j2.configurationFile";
    }

    @Override
    protected String withItsOwnHook(String configuration) {
        return configuration.replace(" shutdownHook=\"disable\"", "");
    }
}
