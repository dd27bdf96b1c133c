import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Duration = z.string().regex(/^\d+(s|m)$/);
const Command = z.array(z.string()).min(1);

const Healthcheck = z.strictObject({
  test: z.tuple([z.literal('CMD')], z.string()),
  interval: Duration,
  timeout: Duration,
  retries: z.int().min(1),
  start_period: Duration.optional(),
});

const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.string(), target: z.string() }).optional(),
  command: Command.optional(),
  // A number or a boolean is a text within a container, but YAML has several spellings of them.
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z
    .array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'expected ports on the loopback interface'))
    .default([]),
  networks: z.strictObject({ default: z.strictObject({ aliases: z.array(z.string()) }) }).optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  healthcheck: Healthcheck,
  restart: z.literal('unless-stopped'),
  init: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: Duration.optional(),
});

/** The part of the Compose specification that docker-compose.yml uses, and nothing beyond it. */
export const ComposeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
});
export type ComposeFile = z.infer<typeof ComposeFile>;

/** docker-compose.yml with its anchors resolved and its `x-` keys left out. Throws a ZodError on whatever is not expected in it. */
export function readComposeFile(path = 'docker-compose.yml'): ComposeFile {
  const file = parse(readFileSync(path, 'utf8'), { merge: true }) as Record<string, unknown>;
  return ComposeFile.parse(Object.fromEntries(Object.entries(file).filter(([key]) => !key.startsWith('x-'))));
}

/** `source:target:mode` of a mount; a source with a `.` at its start is a path of the repository, else a named volume. */
export function readMount(text: string): { source: string; target: string; mode: string; isFile: boolean } {
  const [source = '', target = '', mode = 'rw'] = text.split(':');
  return { source, target, mode, isFile: source.startsWith('.') };
}
