import { ConsoleLogger, type LogLevel, type LoggerService } from '@nestjs/common';

/** The fixed vocabulary of log fields. A message is static text; everything that varies is a field. */
export interface LogFields {
  ruleGroup?: string;
  rule?: string;
  kind?: string;
  model?: string;
  fingerprint?: string;
  from?: string;
  to?: string;
  reason?: string;
  receiver?: string;
  channel?: string;
  groupKey?: string;
  deliveryId?: string;
  incidentId?: string;
  runId?: string;
  policy?: string;
  ciProvider?: string;
  attempt?: number;
  durationMs?: number;
  slot?: string;
  count?: number;
  detail?: string;
  queue?: string;
}

/**
 * Structured logging in one vocabulary. ERROR wakes someone (a healthy service logs none), WARN heals itself,
 * INFO tells of transitions, deliveries and runs, DEBUG the rest.
 */
export class Log {
  constructor(
    private readonly out: LoggerService,
    private readonly area: string,
  ) {}

  error(message: string, fields: LogFields = {}): void {
    this.out.error(message, fields, this.area);
  }
  warn(message: string, fields: LogFields = {}): void {
    this.out.warn(message, fields, this.area);
  }
  info(message: string, fields: LogFields = {}): void {
    this.out.log(message, fields, this.area);
  }
  debug(message: string, fields: LogFields = {}): void {
    this.out.debug?.(message, fields, this.area);
  }
}

/** Makes the loggers of a process; one per area, named after its folder. */
export class Logs {
  constructor(readonly out: LoggerService) {}

  for(area: string): Log {
    return new Log(this.out, area);
  }
}

/** What Nest tells of its own start; a line per route is of no use to anybody. */
const CHATTER = new Set([
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
  'NestFactory',
  'NestApplication',
]);

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'log', 'debug'];

/** How lines are written: one JSON object each, Go's `key=value`, or for a terminal. */
export type LogFormat = 'json' | 'logfmt' | 'pretty';

/** Where lines go; those for a terminal go to both, by level. */
export type LogStream = Pick<NodeJS.WriteStream, 'write'>;

/** The logger of the process. */
export function createLogger(
  format: LogFormat,
  level: 'error' | 'warn' | 'info' | 'debug',
  stream: LogStream = process.stdout,
): LoggerService {
  const wanted: LogLevel = level === 'info' ? 'log' : level;
  const logLevels: LogLevel[] = ['fatal', ...LEVELS.slice(0, LEVELS.indexOf(wanted) + 1)];
  return new FieldLogger(format, logLevels, stream);
}

/** Lays the fields beside level, time, area and message instead of printing them as a second message. */
class FieldLogger implements LoggerService {
  private readonly pretty: ConsoleLogger;
  constructor(
    private readonly format: LogFormat,
    private readonly levels: readonly LogLevel[],
    private readonly stream: LogStream,
  ) {
    this.pretty = new ConsoleLogger({ logLevels: [...levels], prefix: 'Retune', timestamp: false });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('log', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    if (!this.levels.includes(level)) return;
    const area = typeof rest.at(-1) === 'string' ? (rest.pop() as string) : 'nest';
    if (level === 'log' && CHATTER.has(area)) return;
    const fields = rest.find((part) => typeof part === 'object' && part !== null) ?? {};
    const stack = rest.find((part) => typeof part === 'string');
    if (this.format === 'pretty') {
      const shown = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      this.pretty[level === 'fatal' ? 'error' : level]([message, ...shown].join(' '), area);
      return;
    }
    const line = {
      time: new Date().toISOString(),
      level: level === 'log' ? 'info' : level,
      area,
      message: message instanceof Error ? message.message : message,
      ...fields,
      ...(stack ? { stack } : {}),
    };
    this.stream.write(`${this.format === 'logfmt' ? toLogfmt(line) : JSON.stringify(line)}\n`);
  }
}

/** `time=… level=INFO area=… msg="…" key=value`, as Go's `slog` writes it; what holds spaces, quotes or breaks is quoted. */
function toLogfmt({ message, level, ...rest }: Readonly<Record<string, unknown>>): string {
  const { time, area, ...fields } = rest;
  const parts = { time, level: String(level).toUpperCase(), area, msg: message, ...fields };
  return Object.entries(parts)
    .map(([name, value]) => {
      const text = String(value);
      return `${name}=${text === '' || /[\s"=\\]/.test(text) ? JSON.stringify(text) : text}`;
    })
    .join(' ');
}
