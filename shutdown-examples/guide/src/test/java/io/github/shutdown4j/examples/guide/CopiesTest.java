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

    private static String serverPort(String server) throws IOException {
        return codeOf(
                "servers/" + server + "/src/main/java/io/github/shutdown4j/examples/" + server + "/ServerPort.java");
    }
}
