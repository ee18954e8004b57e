#!/usr/bin/env bash
# SIGTERM to five proxies with a request in flight: Caddy answers it, four cut it, Apache in spite of waiting; exit codes 0, 1 and 143.
#
# guess:  SIGTERM: nginx, HAProxy, Apache and lighttpd cut the request and end at once, Caddy answers it, all of them end with 0.
# seen:   nginx 1.22.1, HAProxy 2.6.12, Apache httpd 2.4.68 (event), lighttpd 1.4.69, Caddy 2.6.2, Debian 12, 2026-11-29. In front of a
#         service that needs 8 s for its response; "ends" is early if the proxy ends within 5 s of the signal; the exit code once
#         more without a request:
#           nginx TERM: client=cut ends=early exit=0 idle exit=0
#           haproxy TERM: client=cut ends=early exit=143 idle exit=143
#           apache TERM: client=cut ends=late exit=0 idle exit=0
#           lighttpd TERM: client=cut ends=early exit=1 idle exit=0
#           caddy TERM: client=answered ends=late exit=0 idle exit=0
#           nginx QUIT: client=answered ends=late exit=0 idle exit=0
#           haproxy USR1: client=answered ends=late exit=0 idle exit=0
#           apache WINCH: client=answered ends=late exit=0 idle exit=0
#           lighttpd INT: client=answered ends=late exit=0 idle exit=0
#         Apache cuts its client within milliseconds and then waits for its child, which waits for the service; it kills the child
#         after some 10 s. A service behind it works for nobody and the stop takes as long as a graceful one. lighttpd counts a cut
#         connection as a failure. HAProxy with -W (master and worker) ended with 0. Caddy set no limit: it waited for 25 s as well.
# matters to: a proxy in the container or pod of a service, which gets the same SIGTERM: set the signal of the image (STOPSIGNAL) or unit
#         (KillSignal=) to the second one, and end the service after it.
#
# needs: curl, python3, and apt-get to fetch the proxies. Exits with 0 if that is still so, with 1 if it has changed, with 2 if they
# cannot be had.
set -euo pipefail

for tool in curl /usr/bin/python3 apt-get; do
    command -v "$tool" > /dev/null || { echo "needs $tool"; exit 2; }
done
work=$(mktemp -d)
service='' proxy=''
cleanup() {
    for pid in $service $proxy; do kill -KILL "$pid" 2>/dev/null || true; done # what an interrupt has left
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
chmod 755 "$work"

{ apt-get download -qq nginx=1.22.1-9+deb12u9 haproxy=2.6.12-1+deb12u3 apache2-bin=2.4.68-1~deb12u1 lighttpd=1.4.69-1 caddy=2.6.2-5 \
    liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 \
    && for package in *.deb; do dpkg -x "$package" root; done; } > apt 2>&1 \
    || { cat apt; echo "needs apt-get to fetch the proxies"; exit 2; }
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH HOME=$work

cat > service.py <<'PYTHON'
import http.server
import socketserver
import time

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            open("begun", "w").close()
            time.sleep(8)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

server = Server(("127.0.0.1", 0), Handler)
with open("port", "w") as port:
    port.write(str(server.server_port))
server.serve_forever()
PYTHON
/usr/bin/python3 service.py > service.log 2>&1 &
service=$!
disown "$service"

within() { # up to $1 tenths of a second
    local tenths=$1
    shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}
within 300 test -s port
upstream=127.0.0.1:$(cat port)
front=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

cat > nginx.conf <<CONF
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events {}
http {
    access_log off;
    client_body_temp_path $work/nginx-body;
    proxy_temp_path $work/nginx-proxy;
    fastcgi_temp_path $work/nginx-fastcgi;
    uwsgi_temp_path $work/nginx-uwsgi;
    scgi_temp_path $work/nginx-scgi;
    server { listen 127.0.0.1:$front; location / { proxy_pass http://$upstream; } }
}
CONF
cat > haproxy.cfg <<CONF
defaults
    mode http
    timeout connect 10s
    timeout client 60s
    timeout server 60s
listen front
    bind 127.0.0.1:$front
    server service $upstream
CONF
modules=$work/root/usr/lib/apache2/modules
cat > apache.conf <<CONF
ServerRoot $work
ServerName localhost
PidFile $work/apache.pid
ErrorLog $work/apache.log
Listen 127.0.0.1:$front
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
User nobody
Group nogroup
ProxyPass / http://$upstream/
CONF
cat > lighttpd.conf <<CONF
server.document-root = "$work"
server.bind = "127.0.0.1"
server.port = $front
server.modules = ("mod_proxy")
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${upstream#*:})))
CONF
printf '{\n    admin off\n    auto_https off\n}\nhttp://127.0.0.1:%s {\n    reverse_proxy %s\n}\n' "$front" "$upstream" > Caddyfile

run_nginx() { exec root/usr/sbin/nginx -p "$work" -c "$work/nginx.conf"; }
run_haproxy() { exec root/usr/sbin/haproxy -db -f haproxy.cfg; }
run_apache() { exec root/usr/sbin/apache2 -DFOREGROUND -f "$work/apache.conf"; }
run_lighttpd() { exec root/usr/sbin/lighttpd -D -f lighttpd.conf -m root/usr/lib/lighttpd; }
run_caddy() { exec root/usr/bin/caddy run --config Caddyfile --adapter caddyfile; }

answers() { curl -s -m 5 -o /dev/null "http://127.0.0.1:$front/"; }
start() {
    "run_$1" > "$1.out" 2>&1 &
    proxy=$!
    within 300 answers || { cat "$1.out"; echo "$1 did not start"; exit 2; }
}
stop() { # sets code and took, in ms
    local begin
    begin=$(date +%s%N)
    code=0
    kill "-$1" "$proxy"
    wait "$proxy" || code=$?
    proxy=
    took=$((($(date +%s%N) - begin) / 1000000))
}

try() { # proxy, signal
    local client result idle
    start "$1"
    stop "$2"
    idle=$code
    start "$1"
    rm -f begun
    curl -s -m 60 "http://127.0.0.1:$front/slow" > body 2>&1 &
    client=$!
    within 300 test -e begun
    stop "$2"
    wait "$client" || true
    if [ "$(cat body)" = ok ]; then result=answered; else result="cut"; fi
    echo "$1 $2: $took ms" >> spent
    echo "$1 $2: client=$result ends=$([ "$took" -lt 5000 ] && echo early || echo late) exit=$code idle exit=$idle"
}
for pair in nginx:TERM haproxy:TERM apache:TERM lighttpd:TERM caddy:TERM nginx:QUIT haproxy:USR1 apache:WINCH lighttpd:INT; do
    try "${pair%:*}" "${pair#*:}"
done > seen
expected='nginx TERM: client=cut ends=early exit=0 idle exit=0
haproxy TERM: client=cut ends=early exit=143 idle exit=143
apache TERM: client=cut ends=late exit=0 idle exit=0
lighttpd TERM: client=cut ends=early exit=1 idle exit=0
caddy TERM: client=answered ends=late exit=0 idle exit=0
nginx QUIT: client=answered ends=late exit=0 idle exit=0
haproxy USR1: client=answered ends=late exit=0 idle exit=0
apache WINCH: client=answered ends=late exit=0 idle exit=0
lighttpd INT: client=answered ends=late exit=0 idle exit=0'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat spent; tail -n 3 ./*.out; echo "changed; expected:"; echo "$expected"; exit 1; }
