#!/usr/bin/env bash
# The Java Service Wrapper kills a JVM whose hooks need more than about 20 s after SIGTERM; jsvc waits without limit.
#
# guess:  the Wrapper waits for 30 s, its shutdown time-out, and jsvc kills after 60 s.
# seen:   Java Service Wrapper 3.5.51, jsvc 1.0.15, Debian 12, OpenJDK 17.0.15, 2026-11-29. A service that saves its state for 40 s when it
#         is stopped, in a JVM hook or in stop() of jsvc's Daemon; SIGTERM to the wrapper:
#           jsvc: state saved=yes, exit=0
#           wrapper: state saved=no, exit=1, killed within 30 s
#           wrapper, wrapper.jvm_exit.timeout=60: state saved=yes, exit=0
#         The Wrapper took 20.8 s: WrapperSimpleApp calls System.exit at once, and wrapper.jvm_exit.timeout, 15 s by default, is the
#         limit for hooks; wrapper.shutdown.timeout is for the code before. The supervisor above may have given the service 90 s. jsvc
#         still waited after 75 s.
# matters to: services that were packaged with one of the two, before systemd: a drain of 20 s and a save need more time.
#
# needs: JDK 17 and apt-get to fetch the wrappers. Exits with 0 if that is still so, with 1 if it has changed, with 2 if they cannot be had.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    cat "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 "$work"

{ apt-get download -qq jsvc=1.0.15-10 libcommons-daemon-java=1.0.15-10 service-wrapper=3.5.51-1 libservice-wrapper-java=3.5.51-1 \
    libservice-wrapper-jni=3.5.51-1 && for package in *.deb; do dpkg -x "$package" root; done; } > apt 2>&1 \
    || { cat apt; echo "needs apt-get, and what it fetches"; exit 2; }
home=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
java=$work/root/usr/share/java

cat > Work.java <<'JAVA'
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** As a Daemon of jsvc, or with a main method and a hook. */
public class Work implements org.apache.commons.daemon.Daemon {
    private static final Path FOLDER = Path.of(System.getProperty("folder"));

    public static void main(String[] args) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(Work::save));
        begin();
        Thread.sleep(600_000);
    }

    private static void begin() {
        write("pid", Long.toString(ProcessHandle.current().pid()));
    }

    private static void save() {
        try {
            Thread.sleep(40_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        write("saved", "state");
    }

    private static void write(String name, String content) {
        try {
            Files.writeString(FOLDER.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void init(org.apache.commons.daemon.DaemonContext context) {}

    @Override
    public void start() {
        begin();
    }

    @Override
    public void stop() {
        save();
    }

    @Override
    public void destroy() {}
}
JAVA
javac -cp "$java/commons-daemon.jar" Work.java

run_jsvc() { # folder
    exec root/usr/bin/jsvc -home "$home" -nodetach -pidfile "$work/$1/jsvc.pid" "-Dfolder=$work/$1" -cp "$java/commons-daemon.jar:$work" Work
}
run_wrapper() { # folder, additional lines
    cat > "$1/conf" <<CONF
wrapper.working.dir=$work
wrapper.java.command=$home/bin/java
wrapper.java.mainclass=org.tanukisoftware.wrapper.WrapperSimpleApp
wrapper.java.classpath.1=$java/wrapper.jar
wrapper.java.classpath.2=$java/commons-daemon.jar
wrapper.java.classpath.3=$work
wrapper.java.library.path.1=$work/root/usr/lib/jni
wrapper.java.additional.1=-Dfolder=$work/$1
wrapper.app.parameter.1=Work
$2
CONF
    exec root/usr/sbin/wrapper -c "$work/$1/conf"
}

try() { # folder, how to run it
    local folder=$1 pid begin took code=0 killed=''
    shift
    mkdir "$folder"
    "$1" "$folder" "${2:-}" > "$folder/out" 2>&1 &
    pid=$!
    for _ in $(seq 600); do [ -s "$folder/pid" ] && break; sleep 0.1; done
    sleep 1 # until the wrapper has seen the start
    begin=$(date +%s%N)
    kill -TERM "$pid"
    wait "$pid" || code=$?
    took=$((($(date +%s%N) - begin) / 1000000))
    rm -f "$folder/pid"
    echo "$folder: $took ms" >> "$folder/spent"
    if grep -q SIGKILL "$folder/out"; then
        [ "$took" -lt 30000 ] && killed=', killed within 30 s' || killed=', killed later'
    fi
    echo "state saved=$([ -e "$folder/saved" ] && echo yes || echo no), exit=$code$killed"
}
try jsvc run_jsvc > jsvc.seen &
try short run_wrapper > short.seen &
try long run_wrapper wrapper.jvm_exit.timeout=60 > long.seen &
wait

seen="jsvc: $(cat jsvc.seen)
wrapper: $(cat short.seen)
wrapper, wrapper.jvm_exit.timeout=60: $(cat long.seen)"
expected='jsvc: state saved=yes, exit=0
wrapper: state saved=no, exit=1, killed within 30 s
wrapper, wrapper.jvm_exit.timeout=60: state saved=yes, exit=0'

echo "$seen"
cat ./*/spent
[ "$seen" = "$expected" ] || { tail -n 5 ./*/out; echo "changed; expected:"; echo "$expected"; exit 1; }
