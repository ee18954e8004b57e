#!/usr/bin/env bash
# SIGTERM to seven tools from npm that start a program: three end before it, two of them without a signal to it, and pm2-runtime
# kills it after 1.6 s.
#
# guess:  each passes SIGTERM on, once, and ends after the program; only pm2 has a limit of its own and sends SIGINT.
# seen:   cross-env 10.0.0, concurrently 9.2.1, env-cmd 11.0.0, foreman 3.0.1, npm-run-all2 8.0.4, nodemon 3.1.10, pm2 6.0.10, node 20.20,
#         2026-11-29. A program that saves for 2.5 s after the first signal; "ends first" is whether the starter ends before it:
#           cross-env: signal=SIGTERM again=no ends first=no saved=yes
#           concurrently: signal=SIGTERM again=no ends first=no saved=yes
#           env-cmd: signal=SIGTERM again=no ends first=yes saved=yes
#           nf start: signal=none again=no ends first=yes saved=no
#           run-s: signal=none again=no ends first=yes saved=no
#           nodemon: signal=SIGTERM again=yes ends first=no saved=yes
#           pm2-runtime: signal=SIGINT again=no ends first=no saved=no
#         If the starter is the first process of a container, its end kills the program: with env-cmd, nf and run-s at once. nodemon
#         sends SIGINT after SIGTERM, and a program that is forced to end by a second signal does not finish its shutdown.
#         pm2-runtime turns SIGTERM into SIGINT, with SIGKILL after kill_timeout, 1,600 ms by default (--kill-timeout).
# matters to: containers and units whose command is such a tool, with a program in whatever language behind it.
#
# needs: node 20 or later and npm. Exits with 0 if that is still so, with 1 if it has changed, with 2 if the tools cannot be fetched.
set -euo pipefail

command -v npm > /dev/null || { echo "needs node and npm"; exit 2; }
work=$(mktemp -d)
cleanup() {
    for pid in "$work"/*.pid; do
        [ ! -s "$pid" ] || kill -KILL "$(cat "$pid")" 2>/dev/null || true # what is left
    done
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

echo '{"name": "findings", "private": true, "scripts": {"program": "node program.js"}}' > package.json
npm install --silent --no-audit --no-fund --no-update-notifier --ignore-scripts --cache "$work/cache" \
    cross-env@10.0.0 concurrently@9.2.1 env-cmd@11.0.0 foreman@3.0.1 npm-run-all2@8.0.4 nodemon@3.1.10 pm2@6.0.10 > log 2>&1 \
    || { cat log; echo "needs npm, and what it fetches"; exit 2; }
export PATH=$work/node_modules/.bin:$PATH PM2_HOME=$work/pm2

cat > program.js <<'JS'
const fs = require('fs');
const file = process.env.PROGRAM;
let ending = false;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2']) {
  process.on(signal, () => {
    fs.appendFileSync(file + '.signals', signal + '\n');
    if (!ending) {
      ending = true;
      setTimeout(() => {
        fs.writeFileSync(file + '.saved', 'state');
        process.exit(0);
      }, 2500);
    }
  });
}
setInterval(() => {}, 1000);
fs.writeFileSync(file + '.pid', String(process.pid));
JS
echo 'web: node program.js' > Procfile
echo 'A=1' > settings

running() { kill -0 "$1" 2>/dev/null; }

try() { # name, command
    local name=$1 starter program first again signals
    shift
    PROGRAM=$work/$name setsid "$@" > "$name.out" 2>&1 &
    starter=$!
    for _ in $(seq 300); do [ -s "$name.pid" ] && break; sleep 0.1; done
    program=$(cat "$name.pid") || { cat "$name.out"; return; }
    sleep 2
    kill -TERM "$starter"
    wait "$starter" 2>/dev/null || true
    if running "$program"; then first=yes; else first=no; fi
    [ ! -e "$name.saved" ] || first=no # it is about to end
    for _ in $(seq 60); do running "$program" || break; sleep 0.1; done
    signals=$(cat "$name.signals" 2>/dev/null || true)
    [ "$(wc -w <<< "$signals")" -gt 1 ] && again=yes || again=no
    echo "signal=$(head -n 1 <<< "${signals:-none}") again=$again ends first=$first saved=$([ -e "$name.saved" ] && echo yes || echo no)"
    kill -KILL "$program" 2>/dev/null || true
}
seen="cross-env: $(try cross-env cross-env A=1 node program.js)
concurrently: $(try concurrently concurrently 'node program.js')
env-cmd: $(try env-cmd env-cmd -f settings node program.js)
nf start: $(try nf nf start)
run-s: $(try run-s run-s program)
nodemon: $(try nodemon nodemon program.js)
pm2-runtime: $(try pm2 pm2-runtime program.js)"
expected='cross-env: signal=SIGTERM again=no ends first=no saved=yes
concurrently: signal=SIGTERM again=no ends first=no saved=yes
env-cmd: signal=SIGTERM again=no ends first=yes saved=yes
nf start: signal=none again=no ends first=yes saved=no
run-s: signal=none again=no ends first=yes saved=no
nodemon: signal=SIGTERM again=yes ends first=no saved=yes
pm2-runtime: signal=SIGINT again=no ends first=no saved=no'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 3 ./*.out; echo "changed; expected:"; echo "$expected"; exit 1; }
