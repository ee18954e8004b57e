package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.trigger.Subscription;

import static org.assertj.core.api.Assertions.assertThat;

/** SIGHUP as the request for a reload. */
@Timeout(180)
class ReloadHangupTest extends ReloaderFixture {

    @Test
    void hangupIsHandledOnlyWhileListeningAndSubscribed() throws Exception {
        Object former = signals.present("HUP");
        Subscription one = subscribe("one");
        assertThat(signals.present("HUP")).isSameAs(former);
        reloader.listenForSighup();
        assertThat(signals.present("HUP")).isNotSameAs(former);
        Subscription two = subscribe("two");
        one.close();
        signals.deliver("HUP");
        Awaitility.await().until(() -> calls.equals(List.of("two")));
        two.close();
        two.close();
        assertThat(signals.present("HUP")).isSameAs(former);
        subscribe("three");
        assertThat(signals.present("HUP")).isNotSameAs(former);
        reloader.close();
        assertThat(signals.present("HUP")).isSameAs(former);
        assertThat(signals.reachedTheJvm()).isEmpty();
    }

    @Test
    void handlerOfOtherCodeIsKeptAndLoggedWithoutTheLock() throws Exception {
        Subscription one = subscribe("one");
        reloader.listenForSighup();
        Object theirs = signals.foreignHandler("theirs", () -> {});
        signals.replace("HUP", theirs);
        List<String> inTheLog = new CopyOnWriteArrayList<>();
        try (CapturedLogs logs = CapturedLogs.failing(line -> {
            inTheLog.add(line.text());
            try { // another thread, as a log that blocks would keep the shutdown from stopping the reloader
                Background.onThread(reloader::unfinishedCount).get(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                inTheLog.add("blocked: " + e);
            }
            return false;
        })) {
            one.close();
        }
        assertThat(inTheLog).containsExactly("signals: SIGHUP has another handler meanwhile, which is kept");
        assertThat(signals.present("HUP")).isSameAs(theirs);
    }

    @Test
    void hangupDuringTheShutdownDoesNothing() throws Exception {
        Subscription subscription = subscribe("one");
        reloader.listenForSighup();
        reloader.stop();
        subscription.close();
        try (CapturedLogs logs = CapturedLogs.open()) {
            signals.deliver("HUP");
            assertThat(logs.texts(Level.INFO)).containsExactly("reload: SIGHUP has no effect, shutting down");
        }
        reloader.close();
        signals.deliver("HUP");
        assertThat(signals.reachedTheJvm()).containsExactly("HUP");
        assertThat(calls).isEmpty();
    }

    @Test
    void hangupDuringTheShutdownDoesNothingWithoutSubscribersEither() {
        Object former = signals.present("HUP");
        reloader.listenForSighup();
        assertThat(signals.present("HUP")).isSameAs(former);
        try (CapturedLogs logs = CapturedLogs.open()) {
            reloader.stop();
            reloader.stop();
            signals.deliver("HUP");
            assertThat(logs.texts(Level.INFO)).containsExactly("reload: SIGHUP has no effect, shutting down");
        }
        assertThat(signals.reachedTheJvm()).isEmpty();
        reloader.close();
        assertThat(signals.present("HUP")).isSameAs(former);
    }

    @Test
    void aReloaderThatDoesNotListenLeavesHangupAloneAtTheStop() {
        Object former = signals.present("HUP");
        reloader.stop();
        assertThat(signals.present("HUP")).isSameAs(former);
    }

    @Test
    void hangupThatCannotBeHandledIsNotMentionedAtTheStop() {
        signals.refuse("HUP", "this operating system does not have it");
        reloader.listenForSighup();
        try (CapturedLogs logs = CapturedLogs.open()) {
            reloader.stop();
            reloader.close();
            assertThat(logs.texts(Level.INFO)).isEmpty();
            assertThat(logs.texts(Level.WARN)).isEmpty();
        }
    }

    @Test
    @DisplayName("where HUP does not exist (Windows) reloads still work by call")
    void withoutHangupReloadsWorkByCall() throws Exception {
        signals.refuse("HUP", "this operating system does not have it");
        try (CapturedLogs logs = CapturedLogs.open()) {
            reloader.listenForSighup();
            subscribe("one");
            assertThat(logs.texts(Level.INFO))
                    .containsExactly("reload: available by call only, because SIGHUP cannot be handled: "
                            + "this operating system does not have it");
            assertThat(logs.texts(Level.WARN)).isEmpty();
        }
        assertThat(report(reloader.reload("test")).isClean()).isTrue();
        reloader.close();
    }

    @Test
    void hangupOfAnotherOwnerIsLeftToIt() {
        var process = signals.process();
        Reloader first = new Reloader(Duration.ofSeconds(1), ticker, process);
        Reloader second = new Reloader(Duration.ofSeconds(1), ticker, process);
        first.listenForSighup();
        first.subscribe("one", () -> {});
        Object theirs = signals.present("HUP");
        try (CapturedLogs logs = CapturedLogs.open()) {
            second.listenForSighup();
            second.subscribe("two", () -> calls.add("two"));
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("SIGHUP is already handled");
        }
        second.close();
        assertThat(signals.present("HUP")).isSameAs(theirs);
    }

    @Test
    void whatIsClosedRefusesFurtherReloads() {
        subscribe("one");
        reloader.listenForSighup();
        reloader.close();
        reloader.close();
        assertThat(reloader.reload("test").toCompletableFuture()).isCompletedExceptionally();
        assertThat(calls).isEmpty();
    }
}
