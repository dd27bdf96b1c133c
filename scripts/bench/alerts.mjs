/** Alerts as Prometheus posts them: the same ones again and again, each time with a later end. */
import { Agent, request } from 'node:http';

const CONNECTIONS = 4;

/** A client that keeps its connections; `send` resolves to status, length, and ms until the first byte and the last. */
export function client(url, connections = CONNECTIONS) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const send = (method, path, body) =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const headers =
        body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request({ hostname, port, agent, method, path, headers }, (answer) => {
        let [bytes, first] = [0, Number.NaN];
        answer.on('data', (chunk) => {
          if (bytes === 0) first = performance.now() - began;
          bytes += chunk.length;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode, bytes, first, ms: performance.now() - began }),
        );
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** Alert `n`: eight labels and two annotations, about 500 bytes; a hundred names; every third one is a source for inhibition. */
function alert(n, startsAt) {
  const text = JSON.stringify({
    labels: {
      alertname: `Alert${n % 100}`,
      instance: `host-${n}.example.org:9100`,
      job: 'node',
      severity: n % 3 === 0 ? 'critical' : 'warning',
      cluster: `eu-${n % 7}`,
      namespace: `team-${n % 13}`,
      pair: String(Math.floor(n / 3)),
      model_version: String(n % 5),
    },
    annotations: {
      summary: `the value of host-${n} has been above its limit for more than five minutes`,
      description:
        'look at the dashboard of the service, and at the changes of the last hour, before anything is restarted',
    },
    generatorURL: `http://prometheus.example.org/graph?g0.expr=up${n}`,
    startsAt,
  });
  return text.slice(0, -1);
}

/** Bodies of `batch` alerts each, `distinct` in all; each call of the result makes them with the given end. */
export function postings(distinct, batch, startsAt = new Date()) {
  const heads = Array.from({ length: distinct }, (_, n) => alert(n, startsAt.toISOString()));
  const count = Math.ceil(distinct / batch);
  return {
    count,
    sizeOf: (index) => Math.min(batch, distinct - index * batch),
    body: (index, endsAt) =>
      `[${heads
        .slice(index * batch, (index + 1) * batch)
        .map((head) => `${head},"endsAt":"${endsAt}"}`)
        .join(',')}]`,
  };
}

/**
 * Posts over four connections, all alerts in turn, for so many seconds, or `passes` times over. What was refused or failed is
 * an error: a benchmark of refusals measures nothing.
 */
export async function post(
  url,
  { distinct, batch, seconds = Infinity, passes = Infinity, startsAt, connections = CONNECTIONS },
) {
  const { count, sizeOf, body } = postings(distinct, batch, startsAt);
  const { send, close } = client(url, connections);
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  const ms = [];
  let [next, accepted] = [0, 0];
  const worker = async () => {
    while (performance.now() < until && next < passes * count) {
      const mine = next;
      next += 1;
      const index = mine % count;
      const answer = await send(
        'POST',
        '/api/v2/alerts',
        body(index, new Date(Date.now() + 240_000).toISOString()),
      );
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status} to a post of alerts`);
      accepted += sizeOf(index);
      ms.push(answer.ms);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  close();
  return { accepted, ms, seconds: (performance.now() - began) / 1000 };
}
