package io.github.shutdown4j.examples.dropwizard;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

import io.github.shutdown4j.trigger.ShutdownTrigger;

/** For the errors that Jetty writes without a filter, such as the answer to "OPTIONS *". Jetty removes the header on HTTP/2. */
final class AnnouncingErrors extends ErrorHandler {

    private final ShutdownTrigger end;

    AnnouncingErrors(ShutdownTrigger end) {
        this.end = end;
        setShowStacks(false); // as Dropwizard has it
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (end.isRequested()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        return super.handle(request, response, callback);
    }
}
