package io.github.shutdown4j.examples.benchmarks.peers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Spring Boot with {@code server.shutdown=graceful}. */
@SpringBootApplication
@RestController
public class SpringTomcatServer {

    public static void main(String[] args) {
        System.setProperty("server.shutdown", "graceful");
        System.setProperty("spring.lifecycle.timeout-per-shutdown-phase", "20s");
        System.setProperty("server.port", "0");
        System.setProperty("spring.main.banner-mode", "off");
        SpringApplication.run(SpringTomcatServer.class, args);
    }

    @EventListener
    void ready(WebServerInitializedEvent event) {
        System.out.println("READY " + event.getWebServer().getPort());
    }

    @GetMapping("/work")
    String work(@RequestParam("ms") long millis) throws InterruptedException {
        Thread.sleep(millis);
        return "done\n";
    }
}
