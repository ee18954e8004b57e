package io.github.shutdown4j.examples.ktor

import io.ktor.server.netty.NettyApplicationCall
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.ChannelOutboundHandlerAdapter
import io.netty.channel.ChannelPromise
import io.netty.handler.codec.http.HttpResponse
import io.netty.handler.codec.http.HttpResponseStatus
import io.netty.handler.codec.http.LastHttpContent
import io.netty.handler.codec.http2.Http2DataFrame
import io.netty.handler.codec.http2.Http2HeadersFrame

/**
 * Closes a guard, or what is passed in its place, when the response of its call is written. Calls that a client has sent at
 * once are handled at the same time, but answered in their order, and a streamed response has been handed to Netty before its
 * last part is. The handler stands before that of Ktor, once in each connection, and in each stream of HTTP/2.
 */
class WrittenResponses private constructor() : ChannelOutboundHandlerAdapter() {

    /** In the order of the calls; used only by the event loop, as is the rest. */
    private val guards = ArrayDeque<AutoCloseable?>()

    private fun add(context: ChannelHandlerContext, guard: AutoCloseable?) {
        guards.addLast(guard)
        context.channel().closeFuture().addListener { guard?.close() } // if the client leaves
    }

    override fun write(context: ChannelHandlerContext, message: Any, promise: ChannelPromise) {
        val written = if (isLast(message)) promise.unvoid() else promise
        if (isLast(message)) {
            val guard = guards.removeFirstOrNull()
            written.addListener { guard?.close() }
        }
        context.write(message, written)
    }

    /** A WebSocket has a guard of its own, so 101 is the end of its request. */
    private fun isLast(message: Any) =
        message is LastHttpContent ||
            message is HttpResponse && message.status() == HttpResponseStatus.SWITCHING_PROTOCOLS ||
            message is Http2HeadersFrame && message.isEndStream ||
            message is Http2DataFrame && message.isEndStream

    companion object {

        /** Before the call is handled; without a guard for a call that is refused. */
        fun await(call: NettyApplicationCall, guard: AutoCloseable?) = await(call.context, guard)

        internal fun await(ktor: ChannelHandlerContext, guard: AutoCloseable?) {
            ktor.executor().execute {
                try {
                    responses(ktor).add(ktor, guard)
                } catch (removed: NoSuchElementException) {
                    guard?.close() // the client has left, or the connection has become a WebSocket, which has a guard of its own
                }
            }
        }

        private fun responses(ktor: ChannelHandlerContext) =
            ktor.pipeline()[WrittenResponses::class.java]
                ?: WrittenResponses().also { ktor.pipeline().addBefore(ktor.name(), null, it) }
    }
}
