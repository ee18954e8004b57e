package io.github.shutdown4j.examples.guide;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Files that two examples share, because each can be copied as a whole, are identical. */
class CopiesTest {

    private static String codeOf(String file) throws IOException {
        String text = Files.readString(Pages.ROOT.resolve("shutdown-examples/" + file));
        return text.substring(text.indexOf("import "))
                .replaceAll("(?m)^ *(/\\*\\*| \\*).*\\R", "")
                .replace("public ", "");
    }

    @Test
    void tomcatClosesItsPortTheSameWayInTheExampleAndInTheStarter() throws IOException {
        String example =
                codeOf("servers/tomcat/src/main/java/io/github/shutdown4j/examples/tomcat/DrainingProtocol.java");
        assertThat(example).contains("protected void doCloseServerSocket()");
        assertThat(codeOf("spring-boot/src/main/java/io/github/shutdown4j/spring/DrainingProtocol.java"))
                .isEqualTo(example);
    }

    @Test
    void theServersOnNettyCloseTheirPortTheSameWay() throws IOException {
        String vertx = serverPort("vertx");
        assertThat(vertx).contains("void close() throws InterruptedException");
        assertThat(serverPort("quarkus")).isEqualTo(vertx);
        assertThat(serverPort("armeria")).isEqualTo(vertx);
        assertThat(serverPort("micronaut")).isEqualTo(vertx);
        assertThat(serverPort("ktor")).isEqualTo(vertx);
        assertThat(codeOf("spring-boot/src/main/java/io/github/shutdown4j/spring/ServerPort.java"))
                .isEqualTo(vertx);
    }

    @Test
    void theWebSocketsOnJettyAreTheSame() throws IOException {
        String jetty = codeOf("servers/jetty/src/main/java/io/github/shutdown4j/examples/jettyservice/EchoSocket.java");
        assertThat(jetty).contains("StatusCode.SHUTDOWN");
        assertThat(codeOf("servers/dropwizard/src/main/java/io/github/shutdown4j/examples/dropwizard/EchoSocket.java"))
                .isEqualTo(jetty);
    }

    @Test
    void asynchronousRequestsEndTheSameWayOnTomcatAndDropwizard() throws IOException {
        String tomcat = from(
                "private record CloseAtEnd",
                codeOf("servers/tomcat/src/main/java/io/github/shutdown4j/examples/tomcat/GuardValve.java"));
        assertThat(tomcat).contains("onStartAsync");
        assertThat(
                        from(
                                "private record CloseAtEnd",
                                codeOf(
                                        "servers/dropwizard/src/main/java/io/github/shutdown4j/examples/dropwizard/GuardFilter.java")))
                .isEqualTo(tomcat);
    }

    @Test
    void theLoggingExamplesDifferOnlyInTheStopOfTheLog() throws IOException {
        String logback = withoutStop(
                codeOf("logging/logback/src/main/java/io/github/shutdown4j/examples/logback/LogbackService.java"));
        assertThat(logback).contains("coordinator.run();").contains("System.exit(3)");
        assertThat(withoutStop(
                        codeOf("logging/log4j2/src/main/java/io/github/shutdown4j/examples/log4j2/Log4jService.java")))
                .isEqualTo(logback);
    }

    /** The class without its name and imports, and without the method that stops the log. */
    private static String withoutStop(String code) {
        return from("private static final Logger log", code)
                .replaceAll("(?s) *private static void stopLogging.*?\\R    }\\R", "")
                .replaceAll("Logback|Log4j", "Log");
    }

    private static String from(String start, String code) {
        assertThat(code).contains(start);
        return code.substring(code.indexOf(start));
    }

    private static String serverPort(String server) throws IOException {
        return codeOf(
                "servers/" + server + "/src/main/java/io/github/shutdown4j/examples/" + server + "/ServerPort.java");
    }
}
