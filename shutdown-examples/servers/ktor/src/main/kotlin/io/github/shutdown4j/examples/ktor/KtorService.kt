package io.github.shutdown4j.examples.ktor

import io.github.shutdown4j.connections.ConnectionGuard
import io.github.shutdown4j.connections.ConnectionTracker
import io.github.shutdown4j.connections.GuardDetails
import io.github.shutdown4j.resources.Resource
import io.github.shutdown4j.services.Service
import io.github.shutdown4j.services.ServiceGroup
import io.github.shutdown4j.config.ShutdownConfig
import io.github.shutdown4j.ShutdownCoordinator
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.netty.NettyApplicationCall
import io.ktor.server.request.httpVersion
import io.ktor.server.request.path
import io.ktor.server.request.receive
import io.ktor.server.response.ApplicationSendPipeline
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.response.respondTextWriter
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.websocket.WebSockets
import io.ktor.server.websocket.webSocket
import io.ktor.util.AttributeKey
import io.ktor.websocket.CloseReason
import io.ktor.websocket.close
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import kotlin.jvm.optionals.getOrNull
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.channels.consumeEach
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** A Ktor server whose calls hold guards. The server is stopped after the last of them. */
class KtorService {

    private val finished = AtomicLong()
    private val requests = ConnectionTracker.builder("requests").details(GuardDetails.on()).build()
    private val sockets = ConnectionTracker.create("web sockets")
    private val port = NettyPort()
    private val server =
        embeddedServer(
            Netty,
            configure = {
                connector { port = System.getenv("PORT")?.toInt() ?: 8080 }
                configureBootstrap = { handler(this@KtorService.port) }
                enableH2c = true // HTTP/2 without TLS, beside HTTP/1.1
                responseWriteTimeoutSeconds = 120 // more than a drain takes; 10 would cut the answer to a slow client
            },
        ) {
            addConnectionClose()
            admit()
            work()
            echo()
        }
    private val coordinator =
        ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder().announceDelay(Duration.ofSeconds(1)).build())
            .services(ServiceGroup.builder().add("http", Service.of(::start) {}).build()) // open until the release
            .tracker(requests)
            .tracker(sockets)
            .onFinished { println("work finished: $finished") }
            .build()

    fun run() {
        coordinator.resources().register(Resource.of("ktor", Resource.EARLY_PRIORITY) { close() })
        coordinator.run()
    }

    /** In a thread that is not interrupted when the start is stopped: Ktor would take four seconds to end its event loops. */
    private fun start() {
        CompletableFuture.runAsync(::open).join()
    }

    private fun open() {
        server.start(wait = false)
        val port = runBlocking { server.engine.resolvedConnectors().first().port }
        println("listening on port $port")
    }

    /** No grace period: Ktor closes the connections first and then waits for nothing. */
    private fun close() {
        port.close()
        server.stop(0, 0)
    }

    /** Not if other requests of this connection are handled already: their answers would be lost. */
    private fun endsConnection(call: ApplicationCall) =
        coordinator.trigger().isRequested &&
            call.request.httpVersion.startsWith("HTTP/1") && // HTTP/2 has GOAWAY
            call.attributes.getOrNull(TURN)?.endsConnection() != false

    /** Once the shutdown is announced, every response closes its connection. */
    private fun Application.addConnectionClose() =
        sendPipeline.intercept(ApplicationSendPipeline.Before) { response ->
            if (response is OutgoingContent.ProtocolUpgrade) {
                call.attributes[HANDLED].complete(Unit) // a WebSocket has a guard of its own
            } else if (endsConnection(call)) {
                call.response.header("Connection", "close")
            }
        }

    private fun Application.admit() =
        intercept(ApplicationCallPipeline.Setup) {
            val turn = Turn.of((call as NettyApplicationCall).context.channel())
            val guard = turn.flatMap { requests.tryAcquire(call.request.path()) }
            val handled = CompletableFuture<Unit>()
            val written = guard.map { AutoCloseable { handled.thenRun(it::close) } }
            WrittenResponses.await(call as NettyApplicationCall, written.getOrNull())
            if (guard.isEmpty) {
                call.respond(HttpStatusCode.ServiceUnavailable)
                finish()
                return@intercept
            }
            call.attributes.put(GUARD, guard.get())
            call.attributes.put(TURN, turn.get())
            call.attributes.put(HANDLED, handled)
            try {
                proceed()
            } finally {
                handled.complete(Unit) // a client that leaves does not end its handler
            }
        }

    private fun Application.work() = routing {
        get("/work") { work(call) }
        get("/events") { events(call) }
        post("/work") {
            call.receive<ByteArray>()
            work(call)
        }
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private suspend fun events(call: ApplicationCall) {
        val draining = CompletableDeferred<Unit>()
        call.attributes[GUARD].onDrain { draining.complete(Unit) }
        call.respondTextWriter(ContentType.Text.EventStream) {
            write("data: first\n\n")
            flush()
            draining.await()
        }
    }

    private suspend fun work(call: ApplicationCall) {
        delay(call.parameters["ms"]!!.toLong())
        finished.incrementAndGet()
        call.respondText("done\n".repeat(call.parameters["lines"]?.toInt() ?: 1))
    }

    /** The drain tells the client that the server goes away (1001), and waits until the socket is closed. */
    private fun Application.echo() {
        install(WebSockets)
        routing {
            webSocket("/echo") {
                val guard = sockets.tryAcquire()
                if (guard.isEmpty) {
                    return@webSocket close(GOING_AWAY)
                }
                guard.get().use {
                    it.onDrain { launch { close(GOING_AWAY) } }
                    // A client that does not reply is not waited for.
                    it.onDrain { CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(it::close) }
                    incoming.consumeEach { frame -> send(frame) }
                }
            }
        }
    }

    private companion object {
        /** The guard of a call: its `onDrain` can end a response that does not end by itself. */
        val GUARD = AttributeKey<ConnectionGuard>("guard")
        val TURN = AttributeKey<Turn>("turn")

        /** Completes when the handler of a call has returned, or has opened a WebSocket. */
        val HANDLED = AttributeKey<CompletableFuture<Unit>>("handled")
        val GOING_AWAY = CloseReason(CloseReason.Codes.GOING_AWAY, "")
    }
}

fun main() {
    System.setProperty("io.ktor.server.engine.ShutdownHook", "false") // Ktor's hook would stop the server at once
    KtorService().run()
}
