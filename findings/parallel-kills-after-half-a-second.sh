#!/usr/bin/env bash
# A program below GNU parallel has half a second after SIGTERM, whether its time-out, --halt or a stop of parallel itself ends it.
#
# guess:  SIGTERM, then SIGKILL some seconds later; and a SIGTERM to parallel itself lets running jobs finish.
# seen:   GNU parallel 20221122, Debian 12, 2026-11-29. A program that notes how often it gets SIGTERM and how long it lives after
#         the first one, and that would need 20 s:
#           --timeout: several SIGTERMs, killed within 3 s
#           --halt now,fail=1: several SIGTERMs, killed within 3 s
#           SIGTERM to parallel: several SIGTERMs, killed within 3 s
#         (Three, and after 360 to 510 ms, up to 810 on a busy machine.) The default of --termseq is
#         TERM,200,TERM,100,TERM,50,KILL,25, in ms. A program that takes a second signal for impatience is forced even earlier.
#         --termseq TERM,60000,KILL gives it a minute.
# matters to: jobs that save or clean up at their end and are run by parallel.
#
# needs: Python 3, Perl, and parallel or apt-get to fetch it. Exits with 0 if that is still so, with 1 if it has changed, with 2 if
# parallel cannot be had.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    cat "$work"/*/pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT

for tool in python3 perl; do
    command -v "$tool" > /dev/null || { echo "needs $tool"; exit 2; }
done
if parallel --version 2>/dev/null | grep '^GNU parallel' > /dev/null; then
    parallel=$(command -v parallel)
else
    chmod 755 "$work"
    (cd "$work" && apt-get download -qq parallel=20221122+ds-2 && dpkg -x parallel_*.deb .) > "$work/apt" 2>&1 \
        || { cat "$work/apt"; echo "needs parallel, or apt-get to fetch 20221122+ds-2"; exit 2; }
    parallel=$work/usr/bin/parallel
fi
export HOME=$work # for parallel's settings

cat > "$work/job" <<'JOB'
#!/usr/bin/env python3
import os, signal, sys, time

folder = sys.argv[1]
signalled = []


def note():
    with open(folder + "/new", "w") as file:
        file.write("%d %d\n" % (len(signalled), (time.monotonic() - signalled[0]) * 1000))
    os.rename(folder + "/new", folder + "/noted")


signal.signal(signal.SIGTERM, lambda number, frame: signalled.append(time.monotonic()))
with open(folder + "/pid", "w") as file:
    file.write("%d\n" % os.getpid())
end = time.monotonic() + 30
while time.monotonic() < end and not (signalled and time.monotonic() > signalled[0] + 20):
    time.sleep(0.01)
    if signalled:
        note()
JOB
chmod 755 "$work/job"

within() { # up to $1 tenths of a second
    local tenths=$1
    shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}

gone() { ! kill -0 "$1" 2>/dev/null; }

run() { # name, signal or none, arguments of parallel
    local folder=$work/$1 starter count millis
    mkdir "$folder"
    "$parallel" --will-cite "${@:3}" > "$folder/out" 2>&1 &
    starter=$!
    within 300 test -s "$folder/pid" || { cat "$folder/out"; echo "did not start"; exit 1; }
    [ "$2" = none ] || kill -s "$2" "$starter"
    wait "$starter" || true
    within 300 gone "$(cat "$folder/pid")" || { echo "stays"; return; }
    read -r count millis < "$folder/noted"
    echo "$1: $count SIGTERMs, killed after $millis ms" >> "$work/log"
    [ "$count" = 1 ] && count=one || count=several
    [ "$millis" -ge 3000 ] && echo "$count SIGTERMs, lives longer" || echo "$count SIGTERMs, killed within 3 s"
}

seen="--timeout: $(run timeout none --timeout 6 "exec $work/job {}" ::: "$work/timeout")
--halt now,fail=1: $(run halt none --jobs 2 --halt now,fail=1 "if [ {} = fail ]; then sleep 6; exit 1; else exec $work/job {}; fi" \
    ::: "$work/halt" fail)
SIGTERM to parallel: $(run stop TERM "exec $work/job {}" ::: "$work/stop")"
expected='--timeout: several SIGTERMs, killed within 3 s
--halt now,fail=1: several SIGTERMs, killed within 3 s
SIGTERM to parallel: several SIGTERMs, killed within 3 s'

echo "$seen"
cat "$work/log"
[ "$seen" = "$expected" ] || { cat "$work"/*/out; echo "changed; expected:"; echo "$expected"; exit 1; }
