import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 12_000;

/** The JSON lines of a child, and its end. */
export interface ChildEvents {
  onLine?(line: Readonly<Record<string, unknown>>): void;
  onExit(name: string, detail: string): void;
}

/** What a program of the example says when it is ready. */
export interface ReadyLine {
  readonly port: number;
  readonly url: string;
  /** The inbox's. */
  readonly smtp_port: number;
}

/** The processes of the demo: started one by one, ended together, latest first. */
export class Children {
  private readonly running: { readonly name: string; readonly child: ChildProcess }[] = [];
  private stopping = false;

  constructor(private readonly events: ChildEvents) {}

  /** Starts a program of the example and resolves with its ready line. It ends by itself should the demo be killed. */
  async example(program: string, args: readonly string[]): Promise<ReadyLine> {
    const script = fileURLToPath(new URL(`../${program}.js`, import.meta.url));
    const child = this.start(program, process.execPath, [script, ...args], { IRIS_EXIT_WITH_STDIN: '1' });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${program} did not get ready`)), READY_WITHIN_MS);
      child.once('exit', () => reject(new Error(`${program} ended before it was ready`)));
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
        const line = parse(text);
        if (line?.['event'] === 'ready') {
          clearTimeout(timer);
          resolve(line as unknown as ReadyLine);
        } else if (line) this.events.onLine?.(line);
      });
    });
  }

  /** Starts any other server and waits until `url` answers with 2xx. */
  async server(
    name: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    url: string,
  ): Promise<void> {
    const child = this.start(name, command, args, env);
    let words = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        words = (words + chunk.toString()).slice(-2000);
      });
    }
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(url))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${name} did not get ready:\n${words}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Ends every process, latest first, and waits for it; one that hangs is killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const { child } of this.running.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    }
  }

  private start(
    name: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): ChildProcess {
    const child = spawn(command, args, {
      env: { ...withoutOurs(process.env), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a terminal's Ctrl-C reaches the demo alone, which ends the others in order
    });
    child.once('error', (error) => this.events.onExit(name, error.message));
    child.once('exit', (code, signal) => {
      if (!this.stopping) this.events.onExit(name, `ended with ${code ?? signal}`);
    });
    this.running.push({ name, child });
    return child;
  }
}

/** The service refuses variables it does not know, and this one is between `npm run demo` and us. */
function withoutOurs({ RETUNE_DEMO_PROMETHEUS: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/** `wanted` when nobody listens there, else any free port of this machine. */
export async function portNear(wanted: number): Promise<number> {
  const listen = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
      });
    });
  return (await listen(wanted)) ?? (await listen(0)) ?? wanted;
}
