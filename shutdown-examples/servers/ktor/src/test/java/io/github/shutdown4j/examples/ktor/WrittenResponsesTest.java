package io.github.shutdown4j.examples.ktor;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.connections.ConnectionTracker;

import static org.assertj.core.api.Assertions.assertThat;

class WrittenResponsesTest {

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ktor = channel.pipeline().firstContext();

    private void await() {
        WrittenResponses.Companion.await$ktor(ktor, requests.acquire());
        channel.runPendingTasks();
    }

    @Test
    void theGuardIsClosedWhenTheResponseIsWritten() {
        await();
        assertThat(requests.active()).isEqualTo(1);
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        channel.runPendingTasks();
        assertThat(requests.active()).isZero();
    }

    @Test
    void theGuardOfAClientThatHasLeftIsClosed() {
        channel.close();
        channel.runPendingTasks();
        await();
        assertThat(requests.active()).isZero();
    }
}
