import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onCleanup } from './cleanup.js';
import { eventually } from './eventually.js';

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
const KEPT_OUTPUT = 20_000;

/** What it takes to run a server: the command, and how to tell that it serves. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Throws, rejects or resolves to false while the server is not ready; it is given what the server printed so far. */
  ready(output: string): Promise<boolean>;
  /** 30 s unless it takes longer. */
  readonly readyWithinMs?: number;
}

/** A server in a process of its own: can be stopped, killed and started again on the same ports and data. Never outlives the tests. */
export class ServerProcess {
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(private readonly server: ServerCommand) {}

  /** Starts it and waits until it is ready; throws with the server's last words when it ends or stays silent. */
  static async start(server: ServerCommand): Promise<ServerProcess> {
    const process = new ServerProcess(server);
    onCleanup(() => process.kill());
    await process.start();
    return process;
  }

  /** The last 20,000 characters that it printed, over all its starts. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it again after {@link stop} or {@link kill}. */
  async start(): Promise<void> {
    const { command, args, env, readyWithinMs = READY_WITHIN_MS } = this.server;
    const child = spawn(command, args, { env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
      });
    }
    child.once('error', (error) => {
      this.#output += error.message;
    });
    try {
      await eventually(() => !isRunning(child) || this.server.ready(this.#output), readyWithinMs);
    } catch (error) {
      await this.kill();
      throw new Error(`${command} was not ready within ${readyWithinMs} ms\n${this.#output}`, {
        cause: error,
      });
    }
    if (!isRunning(child))
      throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}\n${this.#output}`);
  }

  /** Asks it to end (SIGTERM) and waits; kills it when it does not within ten seconds. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#end('SIGTERM');
    clearTimeout(timer);
  }

  /** Ends it at once (SIGKILL), as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** {@link stop}, then start again on the same ports and data. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !isRunning(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Whether an HTTP address answers with 2xx; for {@link ServerCommand.ready}. */
export async function answersOk(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await answer.arrayBuffer();
  return answer.ok;
}
