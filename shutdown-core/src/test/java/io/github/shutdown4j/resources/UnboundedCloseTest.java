package io.github.shutdown4j.resources;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.ServiceTesting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Types of the JDK whose close waits without limit or for delayed tasks, and their reports. */
@Timeout(180)
class UnboundedCloseTest {

    private static final Duration PLENTY = Duration.ofMinutes(3);

    /** Longer than any of these takes, shorter than the limit of a resource. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private final CountDownLatch release = new CountDownLatch(1);

    private static StepResult release(Resource resource) throws InterruptedException {
        ResourceManager manager = ResourceManager.withTimeout(Duration.ofMinutes(2));
        manager.register(resource);
        return manager.release(PLENTY).get(0);
    }

    private static void isDoneSoon(StepResult step, String detail) {
        assertThat(step.outcome()).as(step.detail()).isEqualTo(Outcome.DONE);
        assertThat(step.elapsed()).isLessThan(SOON);
        assertThat(step.detail()).isEqualTo(detail);
    }

    private static boolean isReleaseWaiting(String name) {
        return OwnThreads.threadsNamed("shutdown4j-release-" + name).stream()
                .anyMatch(thread -> thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING
                        || thread.getState() == Thread.State.BLOCKED);
    }

    /** Releases what ignores its interrupt, of which the limit is over when it waits for the lock. */
    private static StepResult releaseBlocked(String name, Resource resource) throws Exception {
        FakeTicker ticker = new FakeTicker();
        ResourceManager manager = new ResourceManager(Duration.ofSeconds(2), ticker);
        manager.register(resource);
        Future<List<StepResult>> steps = Background.onThread(() -> manager.release(PLENTY));
        ServiceTesting.eventually(() -> isReleaseWaiting(name));
        ticker.awaitSleepers(1);
        long waits = ticker.waits();
        ticker.advance(Duration.ofSeconds(2));
        ServiceTesting.eventually(() -> ticker.waits() > waits); // after the interrupt
        ticker.advance(Duration.ofMillis(200));
        return steps.get().get(0);
    }

    private static void assumeJdk(int feature, String what) {
        assumeTrue(Runtime.version().feature() >= feature, "needs JDK " + feature + ": " + what);
    }

    /** Counts down where the stack shows it already. */
    private void hang(CountDownLatch begun) {
        begun.countDown();
        hang();
    }

    private void hang() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aWrappedSchedulerOfOneThreadDropsWhatIsNotDue() throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        AtomicBoolean ran = new AtomicBoolean();
        var unused1 = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        var unused2 = scheduler.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
        scheduler.execute(() -> ran.set(true));
        isDoneSoon(release(Resources.executor("timer", scheduler)), "1 task never started");
        assertThat(ran).isTrue();
        assertThat(scheduler.isTerminated()).isTrue();
    }

    @Test
    void aWrappedSchedulerOfSeveralThreadsInterruptsNothing() throws Exception {
        ScheduledExecutorService scheduler =
                Executors.unconfigurableScheduledExecutorService(new ScheduledThreadPoolExecutor(2));
        CountDownLatch running = new CountDownLatch(1);
        Future<Boolean> interrupted = scheduler.submit(() -> {
            running.countDown();
            try {
                return release.await(10, TimeUnit.MINUTES) && false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        var unused = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        running.await();
        Future<StepResult> step = Background.onThread(() -> release(Resources.executor("timer", scheduler)));
        ServiceTesting.eventually(scheduler::isShutdown);
        assertThat(interrupted).isNotDone();
        release.countDown();
        isDoneSoon(step.get(), "1 task never started");
        assertThat(interrupted.get()).isFalse();
    }

    @Test
    void aForkJoinPoolDropsWhatIsNotDue() throws Exception {
        assumeJdk(25, "fork-join pools that are schedulers");
        ForkJoinPool pool = new ForkJoinPool(2);
        var unused = ((ScheduledExecutorService) (Object) pool).schedule(() -> {}, 1, TimeUnit.HOURS);
        isDoneSoon(release(Resources.executor("pool", pool)), "1 task never started");
    }

    @Test
    void anHttpClientWithoutRequestsEndsAtOnceAndOneWithARequestAtItsLimit() throws Exception {
        assumeJdk(21, "HTTP clients that can be closed");
        Object idle = java.net.http.HttpClient.newHttpClient();
        isDoneSoon(release(Resource.of("idle", (AutoCloseable) idle)), "");

        java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
        try (ServerSocket silent = new ServerSocket(0)) {
            var request = java.net.http.HttpRequest.newBuilder(
                            java.net.URI.create("http://127.0.0.1:" + silent.getLocalPort()))
                    .build();
            var answer = client.sendAsync(request, java.net.http.HttpResponse.BodyHandlers.discarding());
            silent.accept(); // the request is on its way
            StepResult step = ReleaseFixture.releasePastLimit(
                    Resource.of("client", (AutoCloseable) (Object) client), manager -> isReleaseWaiting("client"));
            assertThat(step.detail()).contains("the requests in flight were aborted");
            assertThatThrownBy(answer::get).isNotNull();
        }
    }

    @Test
    void theReportShowsTheTasksOfAPool() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        runHangingTasks(pool, 2);
        showsTasks(pool, 2);
    }

    @Test
    void theReportShowsTheTasksOnVirtualThreads() throws Exception {
        assumeJdk(21, "virtual threads");
        ExecutorService pool = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        runHangingTasks(pool, 2);
        showsTasks(pool, 2);
    }

    @Test
    void theReportShowsTheTasksOfAForkJoinPool() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(2);
        runHangingTasks(pool, 1);
        showsTasks(pool, 1);
    }

    private void runHangingTasks(ExecutorService pool, int count) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            pool.execute(() -> hang(running));
        }
        running.await();
    }

    private static void showsTasks(ExecutorService pool, int count) throws Exception {
        StepResult step = ReleaseFixture.releasePastLimit(
                Resources.executor("pool", pool),
                manager -> manager.unfinished(count + 1).stream()
                                .filter(work -> work.name().startsWith("task"))
                                .count()
                        == count);
        assertThat(step.detail()).contains(count == 1 ? "1 task interrupted" : count + " tasks interrupted");
        assertThat(step.unfinished()).hasSize(count).allSatisfy(task -> {
            assertThat(task.name()).isEqualTo("task of resource 'pool'");
            assertThat(task.stack())
                    .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("hang"));
        });
        assertThat(step.unfinishedCount()).isEqualTo(count);
    }

    @Test
    void aReleaseThatWaitsForALockIsReportedWithTheOwner() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        var owner = new Thread(
                () -> {
                    lock.lock();
                    hang(held);
                    lock.unlock();
                },
                "the owner");
        owner.start();
        held.await();
        StepResult step = releaseBlocked("cache", Resource.of("cache", () -> lock.lock()));
        release.countDown();
        List<UnfinishedWork> unfinished = step.unfinished();
        assertThat(unfinished).hasSize(2);
        assertThat(unfinished.get(1).name()).startsWith("owner of the lock java.util.concurrent.locks.ReentrantLock");
        assertThat(unfinished.get(1).thread()).hasValue("the owner");
        assertThat(unfinished.get(1).stack())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("hang"));
    }

    @Test
    void aTimerIsCancelledAfterTheTaskThatItRuns() throws Exception {
        Timer timer = new Timer(true);
        CountDownLatch running = new CountDownLatch(1);
        AtomicBoolean completed = new AtomicBoolean();
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        hang(running);
                        completed.set(true);
                    }
                },
                0);
        running.await();
        Future<StepResult> step = Background.onThread(() -> release(Resources.timer("timer", timer)));
        ServiceTesting.eventually(() -> isReleaseWaiting("timer"));
        release.countDown();
        isDoneSoon(step.get(), "");
        assertThat(completed).isTrue();
        timer.cancel();
        isDoneSoon(release(Resources.timer("timer", timer)), "");
    }

    @Test
    void aProcessIsTerminatedAndKilledAtItsLimit() throws Exception {
        Process sleeping = new ProcessBuilder("sleep", "600").start();
        isDoneSoon(release(Resources.process("sleeping", sleeping)), "exit code 143");

        Process deaf = new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; sleep 600 & wait; wait").start();
        assertThat(deaf.inputReader().readLine()).isEqualTo("ready");
        var children = deaf.descendants().toList();
        StepResult step =
                ReleaseFixture.releasePastLimit(Resources.process("deaf", deaf), manager -> isReleaseWaiting("deaf"));
        assertThat(step.detail()).contains("did not end and was killed");
        children.forEach(ProcessHandle::destroyForcibly);
        assertThat(deaf.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theReportCountsAllTasksAndThoseThatAreStillRunning() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(20);
        CountDownLatch running = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            boolean deaf = i < 3;
            pool.execute(() -> {
                running.countDown();
                do {
                    hang();
                } while (deaf && Thread.interrupted());
            });
        }
        running.await();
        FakeTicker ticker = new FakeTicker(); // stands still after the limit, so that the grace is long enough
        ResourceManager manager = new ResourceManager(Duration.ofSeconds(2), ticker);
        manager.register(Resources.executor("mail", pool));
        Future<List<StepResult>> steps = Background.onThread(() -> manager.release(PLENTY));
        ServiceTesting.eventually(() -> manager.unfinished(20).size() == 16);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(2));
        StepResult step = steps.get().get(0);
        release.countDown();
        // Seventeen have 50 ms to end, in which on a busy machine not all of them do, or none.
        assertThat(step.detail()).containsPattern("20 tasks interrupted; ([3-9]|1[0-9]|20) of them still running");
        assertThat(step.unfinished()).hasSize(16);
        assertThat(step.unfinishedCount()).isEqualTo(20);
    }

    @Test
    void aWatchServiceAndASelectorEndAtOnceAlthoughAThreadWaitsInThem() throws Exception {
        var watch = java.nio.file.FileSystems.getDefault().newWatchService();
        var taken = Background.onThread(() -> {
            assertThatThrownBy(watch::take).isInstanceOf(java.nio.file.ClosedWatchServiceException.class);
            return null;
        });
        var selector = java.nio.channels.Selector.open();
        var selected = Background.onThread(() -> selector.select());
        ServiceTesting.eventually(() -> Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("test"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals("doSelect")));
        isDoneSoon(release(Resource.of("watch", watch)), "");
        isDoneSoon(release(Resource.of("selector", selector)), "");
        taken.get(60, TimeUnit.SECONDS);
        assertThat(selected.get(60, TimeUnit.SECONDS)).isZero();
    }

    /** Its close waits for the lock that a thread holds during the read, and ignores interrupts. */
    @Test
    void aReaderInUseIsReportedWithTheThreadThatReads() throws Exception {
        var silent = new java.io.InputStream() {
            @Override
            public int read() {
                hang();
                return -1;
            }
        };
        var reader = new java.io.BufferedReader(new java.io.InputStreamReader(silent));
        var reading = new Thread(
                () -> {
                    try {
                        reader.readLine();
                    } catch (java.io.IOException e) {
                        // closed at the end
                    }
                },
                "the reading one");
        reading.setDaemon(true);
        reading.start();
        ServiceTesting.eventually(() -> reading.getState() == Thread.State.WAITING);
        StepResult step = releaseBlocked("input", Resource.of("input", reader));
        release.countDown();
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.unfinished()).anySatisfy(owner -> {
            assertThat(owner.name()).startsWith("owner of the lock");
            assertThat(owner.thread()).hasValue("the reading one");
        });
    }
}
