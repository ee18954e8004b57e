package io.github.shutdown4j.snippets;

import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.shutdown4j.events.AsyncBatchHandler;
import io.github.shutdown4j.events.BatchHandler;
import io.github.shutdown4j.events.EventQueue;

final class EventsSnippets {

    interface Visits {
        CompletionStage<?> insertAsync(List<String> batch);
    }

    private EventsSnippets() {}

    static Supplier<BatchHandler<String>> handler(Writer file) {
        final class AuditWriter implements BatchHandler<String> {
            public void write(List<String> batch) throws IOException {
                for (String line : batch) {
                    file.write(line + "\n");
                }
                file.flush();
            }

            public void close() throws IOException {
                file.close();
            }
        }
        return AuditWriter::new;
    }

    static EventQueue<String> async(Visits visits) {
        AsyncBatchHandler<String> insert = visits::insertAsync; // the next batch waits for the returned stage
        EventQueue<String> queue = EventQueue.builder("visits", insert).start();
        return queue;
    }

    static EventQueue<String> builder(BatchHandler<String> mailer) {
        EventQueue<String> mails = EventQueue.builder("mails", mailer)
                .linger(Duration.ZERO) // send at once
                .after("scheduler") // which still produces mails
                .releaseTimeout(Duration.ofSeconds(8))
                .start();
        return mails;
    }
}
