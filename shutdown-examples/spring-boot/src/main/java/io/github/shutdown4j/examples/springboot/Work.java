package io.github.shutdown4j.examples.springboot;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.annotation.PreDestroy;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Some work, and a bean that prints when it is destroyed. */
@RestController
class Work {

    private final AtomicLong finished = new AtomicLong();

    @GetMapping("/work")
    String work(
            @RequestParam(name = "ms", defaultValue = "0") long ms,
            @RequestParam(name = "lines", defaultValue = "1") int lines)
            throws InterruptedException {
        Thread.sleep(ms);
        finished.incrementAndGet();
        return "done\n".repeat(lines);
    }

    /** The same asynchronously, without blocking the servlet thread. */
    @GetMapping("/later")
    Callable<String> later(@RequestParam(name = "ms", defaultValue = "0") long ms) {
        return () -> work(ms, 1);
    }

    @EventListener
    void opened(ApplicationReadyEvent event) {
        System.out.println("listening on port "
                + event.getApplicationContext().getEnvironment().getProperty("local.server.port"));
    }

    @PreDestroy
    void close() {
        System.out.println("work finished: " + finished);
    }
}
