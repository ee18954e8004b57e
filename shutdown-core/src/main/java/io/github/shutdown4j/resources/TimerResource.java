package io.github.shutdown4j.resources;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.PreloadList;

/** Cancels a timer after the task that it is running; {@code Timer.cancel()} alone does not wait for it. */
final class TimerResource extends NamedResource {

    private final Timer timer;

    TimerResource(String name, int priority, Timer timer) {
        super(name, priority);
        PreloadList.use("timers");
        this.timer = Checks.notNull("timer", timer);
    }

    @Override
    public void release() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try {
            timer.schedule(new LastTask(ended), 0);
        } catch (IllegalStateException cancelledBefore) {
            return;
        }
        try {
            ended.await();
        } catch (InterruptedException outOfTime) {
            timer.cancel();
            throw outOfTime;
        }
    }

    private final class LastTask extends TimerTask {

        private final CountDownLatch ended;

        LastTask(CountDownLatch ended) {
            this.ended = ended;
        }

        @Override
        public void run() {
            timer.cancel();
            ended.countDown();
        }
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' cancelling a timer";
    }
}
