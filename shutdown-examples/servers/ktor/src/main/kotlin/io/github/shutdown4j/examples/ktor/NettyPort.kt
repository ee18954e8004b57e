package io.github.shutdown4j.examples.ktor

import io.netty.channel.Channel
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.ChannelInboundHandlerAdapter
import io.netty.channel.ChannelInitializer
import io.netty.channel.group.DefaultChannelGroup
import io.netty.util.concurrent.GlobalEventExecutor
import java.util.concurrent.TimeUnit.MILLISECONDS

/** The handler of Netty's server bootstrap. It closes the port and then the connections, on HTTP/2 with GOAWAY, before Ktor does. */
class NettyPort : ChannelInitializer<Channel>() {

    private val port = ServerPort()
    private val connections = DefaultChannelGroup(GlobalEventExecutor.INSTANCE)

    override fun initChannel(channel: Channel) {
        port.add(channel)
        channel.pipeline().addLast(
            object : ChannelInboundHandlerAdapter() {
                override fun channelRead(context: ChannelHandlerContext, connection: Any) {
                    connections.add(connection as Channel)
                    context.fireChannelRead(connection)
                }
            }
        )
    }

    fun close() {
        port.close()
        connections.close().await(CLOSE_MILLIS, MILLISECONDS)
    }

    private companion object {

        /** For GOAWAY to be written, which the end of the event loops does not wait for. */
        const val CLOSE_MILLIS = 2_000L
    }
}
