package io.github.shutdown4j.internal;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class InterrupterTest {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch mayReturn = new CountDownLatch(1);

    /** Like a thread in a channel whose close blocks. */
    private final Thread blocksWhoeverInterruptsIt = new Thread("target") {
        @Override
        public void interrupt() {
            reached.countDown();
            try {
                mayReturn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    };

    @Test
    void callerIsNotHeldUpByAnInterruptThatBlocks() throws Exception {
        Interrupter.interrupt(List.of(blocksWhoeverInterruptsIt), new ComponentLogger(InterrupterTest.class, "test"));
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(mayReturn.getCount()).isEqualTo(1);
        mayReturn.countDown();
    }

    @Test
    void interruptThatBlocksDoesNotHoldUpTheNext() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread next = new Thread("next") {
            @Override
            public void interrupt() {
                interrupted.countDown();
            }
        };
        Interrupter.interrupt(
                List.of(blocksWhoeverInterruptsIt, next), new ComponentLogger(InterrupterTest.class, "test"));
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(mayReturn.getCount()).isEqualTo(1);
        mayReturn.countDown();
    }
}
