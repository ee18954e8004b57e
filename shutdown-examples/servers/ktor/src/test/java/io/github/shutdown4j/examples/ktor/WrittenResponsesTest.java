package io.github.shutdown4j.examples.ktor;

import java.lang.reflect.Proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.connections.ConnectionTracker;

import static org.assertj.core.api.Assertions.assertThat;

class WrittenResponsesTest {

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ktor = channel.pipeline().firstContext();

    private void await() {
        await(ktor);
    }

    private void await(ChannelHandlerContext context) {
        WrittenResponses.Companion.await$ktor(context, requests.acquire());
        channel.runPendingTasks();
    }

    @Test
    void theGuardIsClosedWhenTheResponseIsWritten() {
        await();
        assertThat(requests.inFlight()).isEqualTo(1);
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        channel.runPendingTasks();
        assertThat(requests.inFlight()).isZero();
    }

    @Test
    void theRequestOfAWebSocketEndsWhenItIsOpen() {
        await();
        channel.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));
        channel.runPendingTasks();
        assertThat(requests.inFlight()).isZero();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void theGuardOfAClientThatHasLeftIsClosed() {
        channel.close();
        channel.runPendingTasks();
        await();
        assertThat(requests.inFlight()).isZero();
    }

    /** Ktor removes its handler in another thread, so that the context does not know for a while. */
    @Test
    void theGuardOfAConnectionThatIsUpgradedMeanwhileIsClosed() {
        ChannelHandlerContext removed = (ChannelHandlerContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ChannelHandlerContext.class},
                (proxy, method, arguments) ->
                        method.getName().equals("isRemoved") ? (Object) false : method.invoke(ktor, arguments));
        channel.pipeline().remove(ktor.handler());
        await(removed);
        assertThat(requests.inFlight()).isZero();
    }
}
