package io.github.shutdown4j.examples.ktor

import io.netty.channel.Channel
import io.netty.channel.ChannelDuplexHandler
import io.netty.channel.ChannelHandler.Sharable
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.ChannelInboundHandlerAdapter
import io.netty.channel.ChannelPromise
import io.netty.channel.group.ChannelGroup
import io.netty.channel.group.DefaultChannelGroup
import io.netty.util.concurrent.GlobalEventExecutor
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.atomic.AtomicLong

/**
 * Closes the port of a server before the server itself, which gives a request no more time after that than the event loops need to
 * end. It is the handler of Netty's server bootstrap.
 */
@Sharable
class ServerPort(
    /** For the first request of the last connections; clients that keep a connection and send nothing use the whole time. */
    private val firstRequestMillis: Long = 500,
    /** For the answer to a first request that has arrived, which takes long in a server that was started just before. */
    private val firstAnswerMillis: Long = 5_000,
) : ChannelInboundHandlerAdapter() {

    private val accepted = AtomicLong()
    private val ports = DefaultChannelGroup(GlobalEventExecutor.INSTANCE)
    private val connections = DefaultChannelGroup(GlobalEventExecutor.INSTANCE)
    private val asking = DefaultChannelGroup(GlobalEventExecutor.INSTANCE)

    override fun handlerAdded(context: ChannelHandlerContext) {
        ports.add(context.channel())
    }

    /** The port has accepted a connection. */
    override fun channelRead(context: ChannelHandlerContext, connection: Any) {
        accepted.incrementAndGet()
        connections.add(connection as Channel)
        connection.pipeline().addFirst(FirstRequest())
        context.fireChannelRead(connection)
    }

    /** Closes the port, waits until the connections have ended, but not long, and closes them, on HTTP/2 with GOAWAY. */
    fun close() {
        do { // the system resets what waits in the queue of a port when that is closed
            val before = accepted.get()
            runLoops(ports)
        } while (accepted.get() != before)
        ports.close().sync()
        runLoops(connections)
        connections.newCloseFuture().await(firstRequestMillis, MILLISECONDS)
        val end = System.nanoTime() + MILLISECONDS.toNanos(firstAnswerMillis)
        while (asking.isNotEmpty() && System.nanoTime() - end < 0) {
            MILLISECONDS.sleep(5)
        }
        connections.close().await(CLOSE_MILLIS, MILLISECONDS)
    }

    /** Lets each event loop read what there is; a loop that loads classes for its first connection takes long. */
    private fun runLoops(channels: ChannelGroup) =
        channels.forEach { it.eventLoop().submit {}.await(firstAnswerMillis, MILLISECONDS) }

    /** Of a connection: it has arrived, at least in part, and no part of the answer has been sent. */
    private inner class FirstRequest : ChannelDuplexHandler() {

        override fun channelRead(context: ChannelHandlerContext, message: Any) {
            asking.add(context.channel())
            context.fireChannelRead(message)
        }

        override fun write(context: ChannelHandlerContext, message: Any, promise: ChannelPromise) {
            context.pipeline().remove(this)
            context.write(message, promise.unvoid()).addListener { asking.remove(context.channel()) }
        }
    }

    private companion object {

        /** For GOAWAY to be written, which the end of the event loops does not wait for. */
        const val CLOSE_MILLIS = 2_000L
    }
}
