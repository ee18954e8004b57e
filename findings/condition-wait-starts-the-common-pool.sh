#!/usr/bin/env bash
# A thread that waits on a Condition without a limit initializes the common fork-join pool; one that waits with a limit does not.
#
# guess:  both only park the thread. Neither has to do with a pool, which is created by the first parallel task.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A program without any task, one thread waits on a Condition of a
#         ReentrantLock; whether the class ForkJoinPool is initialized:
#           17, await(1, HOURS): no
#           17, await(): yes
#           25, await(1, HOURS): no
#           25, await(): yes
#         await() and awaitUninterruptibly() go through ForkJoinPool.managedBlock(), so that a pool can replace a worker that
#         waits; the class, and with it the common pool, is set up for that. So does an empty LinkedBlockingQueue at take().
# matters to: programs that set the properties of the common pool (parallelism, thread factory) in main, after a thread has waited:
#         they have no effect any more (a parallelism of 7 set after a wait leaves 1 on two processors); also one to two milliseconds of the start.
#
# needs: JDK 17 and JDK 25 in JAVA_HOME, on the PATH or in /usr/lib/jvm. Exits with 0 if that is still
# so, with 1 if it has changed, with 2 if one is missing.
set -euo pipefail

feature() { "$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p'; }
older='' newer=''
for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")" /usr/lib/jvm/*; do
    if [ ! -x "$home/bin/javac" ] || [ -L "$home" ]; then continue; fi
    case $(feature "$home") in
        17) older=${older:-$home} ;;
        25) newer=${newer:-$home} ;;
        *) ;;
    esac
done
if [ -z "$older" ] || [ -z "$newer" ]; then echo "needs JDK 17 and JDK 25"; exit 2; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Waits.java" <<'JAVA'
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

public class Waits extends Thread {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition never = lock.newCondition();
    private final boolean limited;

    Waits(boolean limited) {
        this.limited = limited;
    }

    @Override
    public void run() {
        lock.lock();
        try {
            if (limited) {
                never.await(1, TimeUnit.HOURS);
            } else {
                never.await();
            }
        } catch (InterruptedException end) {
            // as intended
        } finally {
            lock.unlock();
        }
    }

    public static void main(String[] args) throws InterruptedException {
        Waits thread = new Waits(args[0].equals("limited"));
        thread.start();
        Thread.State waits = thread.limited ? Thread.State.TIMED_WAITING : Thread.State.WAITING;
        while (thread.getState() != waits) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
    }
}
JAVA
"$older/bin/javac" -d "$work" "$work/Waits.java"

pool() { # JDK LIMITED
    "$1/bin/java" -Xlog:class+init=info -cp "$work" Waits "$2" > "$work/log"
    if grep -q "Initializing 'java/util/concurrent/ForkJoinPool'" "$work/log"; then echo yes; else echo no; fi
}
seen=
for jdk in 17 25; do
    home=$older
    [ "$jdk" = 17 ] || home=$newer
    seen+="$jdk, await(1, HOURS): $(pool "$home" limited)
$jdk, await(): $(pool "$home" unlimited)
"
done
expected='17, await(1, HOURS): no
17, await(): yes
25, await(1, HOURS): no
25, await(): yes
'

printf %s "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; printf %s "$expected"; exit 1; }
