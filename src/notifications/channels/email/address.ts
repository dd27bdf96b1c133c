import { z } from 'zod';
import { isTemplate } from '../secret-twin.js';

const ADDR_SPEC = /^[^\s@<>(),;:\\"[\]]+@(?:[^\s@<>(),;:\\"[\]]+|\[[0-9A-Fa-f.:IPv]+\])$/;
const NAMED = /^\s*(?:"((?:[^"\\\r\n]|\\.)*)"|([^<>",;@\r\n]*?))\s*<([^<>]+)>\s*$/;

/** A mailbox taken apart: `Ops <ops@example.org>` → name and address. Undefined when the text is not one. */
export function parseMailbox(text: string): { readonly name?: string; readonly address: string } | undefined {
  const bare = text.trim();
  if (ADDR_SPEC.test(bare)) return { address: bare };
  const match = NAMED.exec(text);
  const address = match?.[3]?.trim();
  if (!match || address === undefined || !ADDR_SPEC.test(address)) return undefined;
  const name = (match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? '').trim();
  return name === '' ? { address } : { name, address };
}

/** The mailboxes of a comma-separated list; commas inside quotes do not separate. Undefined when one of them is not a mailbox. */
export function parseMailboxes(text: string): readonly string[] | undefined {
  const parts = (text.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => parseMailbox(part)) ? parts : undefined;
}

/** Host and port of `host:port` or `[v6]:port`; undefined when the text is not one. */
export function parseHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port > 0 && port < 65_536 ? { host, port } : undefined;
}

const NOT_A_TEMPLATE = 'templates are not supported in addresses; write the address itself';

/** One sender or recipient. */
export const MailAddress = z
  .string()
  .refine((text) => !isTemplate(text), { error: NOT_A_TEMPLATE, abort: true })
  .refine((text) => parseMailbox(text) !== undefined, {
    error: (issue) => `expected a mail address such as ops@example.org, got ${JSON.stringify(issue.input)}`,
  });

/** One recipient or several, separated by commas. */
export const MailAddresses = z
  .string()
  .refine((text) => !isTemplate(text), { error: NOT_A_TEMPLATE, abort: true })
  .refine((text) => parseMailboxes(text) !== undefined, {
    error: (issue) => `expected mail addresses such as ops@example.org, got ${JSON.stringify(issue.input)}`,
  });

/** The relay that takes the mail. */
export const SmartHost = z.string().refine((text) => parseHostPort(text) !== undefined, {
  error: (issue) => `expected host:port such as smtp.example.org:587, got ${JSON.stringify(issue.input)}`,
});

/** What of Alertmanager's `tls_config` a mail transport honours. */
export const TlsConfig = z.strictObject(
  { insecure_skip_verify: z.boolean().optional() },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `only insecure_skip_verify is supported in tls_config, not ${issue.keys.join(', ')}; to trust a private certificate authority start the service with NODE_EXTRA_CA_CERTS=<file>`
        : undefined,
  },
);
