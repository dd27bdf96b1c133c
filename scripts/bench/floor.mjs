/**
 * The raw query floor: the questions of a rule file asked of Prometheus at their groups' own moments over kept-alive
 * connections, the answers parsed, and nothing done with them. A process of its own, so that its CPU can be read.
 *
 *   node scripts/bench/floor.mjs PROMETHEUS_URL RULE_FILE INTERVAL_MS      runs until it is ended
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const [url, file, interval] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

function ask(expr) {
  const body = new URLSearchParams({ query: expr, time: (Date.now() / 1000).toFixed(3) }).toString();
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/api/v1/query`, { method: 'POST', agent, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const { groups } = JSON.parse(readFileSync(file, 'utf8'));
groups.forEach(({ rules }, index) => {
  const cycle = async () => {
    for (const { expr } of rules) await ask(expr);
  };
  setTimeout(
    () => {
      void cycle();
      setInterval(() => void cycle(), Number(interval));
    },
    (Number(interval) * index) / groups.length,
  );
});
