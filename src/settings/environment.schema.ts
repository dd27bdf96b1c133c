import { z } from 'zod';
import { PositiveDuration } from '../schema/duration.js';
import { SecretFile, SecretText } from '../schema/secret.js';
import { twinNames } from './twins.js';

/** An address with one of the given schemes. The value is never repeated in the error: it may carry a password. */
function address(schemes: readonly string[], example: string) {
  return z.string().refine(
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      return (
        url !== undefined &&
        schemes.includes(url.protocol) &&
        (url.hostname !== '' || url.protocol.startsWith('postgres'))
      );
    },
    { error: `expected an address such as ${example}` },
  );
}

/** A web address without query or fragment; a trailing slash is cut. */
const WebAddress = address(['http:', 'https:'], 'http://prometheus.example:9090')
  .refine((text) => !/[?#]/.test(text), 'expected an address without ? and #')
  .transform((text) => text.replace(/\/+$/, ''));

function wholeNumber(least: number, most: number) {
  const error = (issue: { input?: unknown }): string =>
    `expected a whole number from ${least} to ${most}, got ${String(issue.input)}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error, abort: true })
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error });
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `cluster=eu,stage=live`: labels by name. */
const LabelList = z.string().transform((text, context) => {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    const split = part.indexOf('=');
    const name = part.slice(0, Math.max(split, 0)).trim();
    if (!LABEL_NAME.test(name) || Object.hasOwn(labels, name)) {
      const why = Object.hasOwn(labels, name) ? 'each name once' : 'names of letters, digits and _';
      context.addIssue({
        code: 'custom',
        message: `expected labels such as cluster=eu,stage=live (${why}), got ${JSON.stringify(part)}`,
      });
      return z.NEVER;
    }
    labels[name] = part.slice(split + 1).trim();
  }
  return labels;
});

const databaseAddress = address(['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/retune');
const redisAddress = address(['redis:', 'rediss:'], 'redis://host:6379');

/**
 * The variables of the environment that the service reads, under their own names. A variable set to the empty text
 * counts as unset. A name `X` that has a twin `X_FILE` is a secret; the file is read at the start.
 */
export const EnvironmentVariables = z.strictObject({
  PROMETHEUS_URL: WebAddress.prefault('http://127.0.0.1:9090').describe(
    'Prometheus to query; may carry user:password@',
  ),
  RULES_DIR: z
    .string()
    .default('rules')
    .describe('folder with the *.yml and *.yaml files an operator writes'),
  DATABASE_URL: databaseAddress
    .pipe(SecretText)
    .optional()
    .describe('PostgreSQL; without it one is started in DATA_DIR'),
  DATABASE_URL_FILE: SecretFile.optional().describe('file that holds DATABASE_URL'),
  REDIS_URL: redisAddress
    .pipe(SecretText)
    .optional()
    .describe('Redis for the queues; without it they live in PostgreSQL'),
  REDIS_URL_FILE: SecretFile.optional().describe('file that holds REDIS_URL'),
  PORT: wholeNumber(0, 65_535).prefault('8686').describe('port of the console and the API'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('address to listen on; anything but loopback needs RETUNE_API_TOKEN'),
  DATA_DIR: z.string().default('data').describe('folder of the embedded PostgreSQL'),
  LOG_FORMAT: z
    .enum(['json', 'pretty'])
    .optional()
    .describe('json or pretty; pretty on a terminal, else json'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('the least important lines that are written'),
  RETUNE_EXTERNAL_URL: WebAddress.optional().describe('address of this service in links; http://HOST:PORT'),
  RETUNE_API_TOKEN: SecretText.optional().describe('token that opens the console and the API'),
  RETUNE_API_TOKEN_FILE: SecretFile.optional().describe('file that holds RETUNE_API_TOKEN'),
  RETUNE_WEBHOOK_TOKEN: SecretText.optional().describe(
    "token of the senders of Alertmanager's webhook and alerts",
  ),
  RETUNE_WEBHOOK_TOKEN_FILE: SecretFile.optional().describe('file that holds RETUNE_WEBHOOK_TOKEN'),
  RETUNE_ALERTMANAGER_PREFIX: z
    .string()
    .regex(/^(?:\/[\w.~-]+)+\/?$/, 'expected a path such as /alertmanager')
    .transform((path) => path.replace(/\/$/, ''))
    .optional()
    .describe("path in front of Alertmanager's API v2; without it /api/v2"),
  RETUNE_ALERTMANAGER_ACCESS: z
    .enum(['token', 'open'])
    .default('token')
    .describe("token or open: whether Alertmanager's API needs a token like the rest"),
  RETUNE_PROMETHEUS_TIMEOUT: PositiveDuration.prefault('30s').describe('longest wait for one query'),
  RETUNE_EVALUATION_CONCURRENCY: wholeNumber(1, 1000)
    .prefault('8')
    .describe('rule groups evaluated at the same time'),
  RETUNE_DEFAULT_INTERVAL: PositiveDuration.refine((ms) => ms >= 1000, 'expected a duration of at least 1s')
    .prefault('1m')
    .describe('interval of rule groups that name none'),
  RETUNE_SCRAPE_INTERVAL: PositiveDuration.prefault('1m').describe(
    'scrape interval of Prometheus that lints assume; it changes no evaluation',
  ),
  RETUNE_EXTERNAL_LABELS: LabelList.optional().describe('labels for templates and API, such as cluster=eu'),
});
export type EnvironmentVariables = z.infer<typeof EnvironmentVariables>;

/** Variables that hold a secret and have a twin `<name>_FILE`. */
export const ENVIRONMENT_SECRETS = twinNames(Object.keys(EnvironmentVariables.shape));
