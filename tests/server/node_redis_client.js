// node-redis as it comes: every request is sent before the first is answered, on two connections.
//
//   node node_redis_client.js PORT < requests      a request a line, its words without spaces
//
// Prints the replies as JSON, in the order of the requests; an error as {"error": its text}.
const fs = require('fs');
const { createClient } = require('redis');

async function connected(port) {
  const client = createClient({ socket: { port: Number(port), host: '127.0.0.1' } });
  client.on('error', (error) => { console.error(String(error)); process.exit(3); });
  await client.connect();
  return client;
}

async function main() {
  const clients = [await connected(process.argv[2]), await connected(process.argv[2])];
  const requests = fs.readFileSync(0, 'utf8').trim().split('\n').map((line) => line.split(' '));
  const replies = await Promise.all(requests.map((words, i) =>
    clients[i % 2].sendCommand(words).catch((error) => ({ error: error.message }))));
  console.log(JSON.stringify(replies));
  await Promise.all(clients.map((client) => client.quit()));
}

main();
