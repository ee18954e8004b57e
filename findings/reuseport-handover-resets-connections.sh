#!/usr/bin/env bash
# Two listeners share a port by SO_REUSEPORT; the one that closes takes the connections waiting in its queue with it.
#
# guess:  the kernel hands the connections that the first listener has not accepted to the second one.
# seen:   Linux 6.18, 2026-11-28: 40 clients connect and send, none is accepted yet; one of the two listeners closes
#           net.ipv4.tcp_migrate_req=0: all survive=no, reset and accepted add up=yes
#           net.ipv4.tcp_migrate_req=1: all survive=yes, reset and accepted add up=yes
#         (20 reset and 20 accepted, then 0 and 40.) To the client its connect() has succeeded and its request is sent; then
#         comes a reset. Handing the connections over exists since Linux 5.14 and is off by default. Without it: pass the one
#         listening socket on (socket activation), or accept until the queue is empty and no balancer sends any more.
# matters to: anyone who starts the next version beside the old one on the same port (Netty, Envoy, nginx with reuseport).
#
# needs: Linux 5.14 or later, Python 3, unshare and ip, and the right to make a network namespace (root). Exits with 0 if that
# is still so, with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{ command -v python3 && command -v ip; } > /dev/null || { echo "needs python3 and ip"; exit 2; }
unshare -n true 2>/dev/null || { echo "needs the right to make a network namespace"; exit 2; }

cat > "$work/handover.py" <<'PYTHON'
import socket


def listener(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.bind(("127.0.0.1", port))
    server.listen(100)
    return server


old = listener(0)
new = listener(old.getsockname()[1])
clients = [socket.create_connection(new.getsockname(), 5) for _ in range(40)]
for client in clients:
    client.sendall(b"request")
old.close()

accepted = []
new.settimeout(1)
try:
    while True:
        connection = new.accept()[0]
        connection.sendall(b"answer")
        accepted.append(connection)
except socket.timeout:
    pass

reset = 0
for client in clients:
    try:
        client.recv(10)
    except ConnectionResetError:
        reset += 1
with open("log", "a") as log:
    log.write(f"reset {reset}, accepted {len(accepted)}\n")
print(f"all survive={'yes' if reset == 0 else 'no'},"
      f" reset and accepted add up={'yes' if reset + len(accepted) == 40 else 'no'}")
PYTHON

cd "$work"
seen=$(
    for migrate in 0 1; do
        echo "net.ipv4.tcp_migrate_req=$migrate: $(
            unshare -n sh -c "ip link set lo up && echo $migrate > /proc/sys/net/ipv4/tcp_migrate_req && exec python3 handover.py"
        )"
    done
)
expected='net.ipv4.tcp_migrate_req=0: all survive=no, reset and accepted add up=yes
net.ipv4.tcp_migrate_req=1: all survive=yes, reset and accepted add up=yes'

uname -r
cat log
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
