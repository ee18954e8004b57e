package io.github.shutdown4j.examples.ktor

import io.github.shutdown4j.connections.ConnectionTracker
import io.github.shutdown4j.resources.Resource
import io.github.shutdown4j.services.Service
import io.github.shutdown4j.services.ServiceGroup
import io.github.shutdown4j.config.ShutdownConfig
import io.github.shutdown4j.ShutdownCoordinator
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.request.httpVersion
import io.ktor.server.response.ApplicationSendPipeline
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking

/** A Ktor server whose calls hold guards. The server is stopped after the last of them. */
class KtorService {

    private val finished = AtomicLong()
    private val requests = ConnectionTracker.create("requests")
    private val server =
        embeddedServer(Netty, port = System.getenv("PORT")?.toInt() ?: 8080) {
            addConnectionClose()
            admit()
            work()
        }
    private val coordinator =
        ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder().announceDelay(Duration.ofSeconds(1)).build())
            .services(ServiceGroup.builder().add("http", Service.of(::start) {}).build()) // open until the release
            .connections(requests)
            .onFinished { println("work finished: $finished") }
            .build()

    fun run() {
        // No grace period: Ktor closes the connections first and then waits for nothing.
        coordinator.resources().register(Resource.of("ktor", Resource.EARLY_PRIORITY) { server.stop(0, 0) })
        coordinator.run()
    }

    private fun start() {
        server.start(wait = false)
        val port = runBlocking { server.engine.resolvedConnectors().first().port }
        println("listening on port $port")
    }

    /** Once the shutdown is announced, every response closes its connection. */
    private fun Application.addConnectionClose() =
        sendPipeline.intercept(ApplicationSendPipeline.Before) {
            if (coordinator.trigger().isRequested && call.request.httpVersion.startsWith("HTTP/1")) { // HTTP/2 has GOAWAY
                call.response.header("Connection", "close")
            }
        }

    private fun Application.admit() =
        intercept(ApplicationCallPipeline.Setup) {
            val guard = requests.tryAcquire()
            if (guard.isEmpty) {
                call.respond(HttpStatusCode.ServiceUnavailable)
                finish()
                return@intercept
            }
            guard.get().use { proceed() }
        }

    private fun Application.work() = routing {
        get("/work") {
            delay(call.parameters["ms"]!!.toLong())
            finished.incrementAndGet()
            call.respondText("done\n")
        }
    }
}

fun main() {
    System.setProperty("io.ktor.server.engine.ShutdownHook", "false") // Ktor's hook would stop the server at once
    KtorService().run()
}
