import { once } from 'node:events';
import { connect } from 'node:net';
import { requireBinary } from './binaries.js';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';
import { tempDir } from './temp-dir.js';

/** A running Redis. */
export interface TestRedis extends Pick<ServerProcess, 'start' | 'stop' | 'kill' | 'restart' | 'output'> {
  /** For REDIS_URL. */
  readonly url: string;
}

/** Starts Redis on a free port with an append-only file, so that data outlives a restart, and so many databases. Ends with the tests of the file. */
export async function startRedis(databases = 16): Promise<TestRedis> {
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', dir: tempDir(), save: '', appendonly: 'yes', databases };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = await ServerProcess.start({
    command: requireBinary('redis'),
    args,
    ready: () => answersPing(port),
  });
  return Object.assign(server, { url: `redis://127.0.0.1:${port}` });
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(2_000) })) as [Buffer];
    return answer.toString('latin1').startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}
