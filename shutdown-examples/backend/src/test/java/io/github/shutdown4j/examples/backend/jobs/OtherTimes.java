package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;

/** Times of which a test changes some. */
final class OtherTimes {

    private final JobTimes usual;
    private Duration block;
    private Duration retry;
    private Duration exclusive;

    private OtherTimes(JobTimes usual) {
        this.usual = usual;
        block = usual.block();
        retry = usual.retry();
        exclusive = usual.exclusive();
    }

    static OtherTimes than(JobTimes usual) {
        return new OtherTimes(usual);
    }

    OtherTimes block(Duration other) {
        block = other;
        return this;
    }

    OtherTimes retry(Duration other) {
        retry = other;
        return this;
    }

    OtherTimes exclusive(Duration other) {
        exclusive = other;
        return this;
    }

    JobTimes build() {
        return new JobTimes(
                block,
                usual.reconnect(),
                usual.heartbeat(),
                usual.touch(),
                usual.deadAfter(),
                usual.idle(),
                retry,
                exclusive);
    }
}
