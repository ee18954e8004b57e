package io.github.shutdown4j.examples.springboot;

import java.io.IOException;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.spring.RequestGuard;

/** Server-sent events that never end by themselves. The drain ends them, and their clients connect again, elsewhere. */
@RestController
public class Events {

    @GetMapping("/events")
    SseEmitter events(@RequestAttribute(RequestGuard.ATTRIBUTE) ConnectionGuard guard) throws IOException {
        SseEmitter events = new SseEmitter(0L); // without a time limit
        events.send("first");
        guard.onDrain(events::complete);
        return events;
    }
}
