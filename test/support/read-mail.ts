/** A mail as an {@link SmtpInbox} took it. */
export interface ReceivedMail {
  /** Envelope sender and recipients. */
  readonly from: string;
  readonly to: readonly string[];
  /** Header fields by lower-case name, unfolded, encoded words decoded; the last one wins. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  /** The plain-text and the HTML part, decoded; empty when there is none. */
  readonly text: string;
  readonly html: string;
  /** All of it, as transferred. */
  readonly raw: string;
}

/** Reads a mail far enough for assertions: RFC 5322 headers, one level or more of multipart, quoted-printable and base64 in UTF-8. */
export function readMail(raw: string, from: string, to: readonly string[]): ReceivedMail {
  const { headers } = splitMessage(raw);
  const parts = leafParts(raw);
  const partOf = (type: string): string => parts.find((part) => part.type.startsWith(type))?.text ?? '';
  return {
    from,
    to,
    headers,
    subject: headers['subject'] ?? '',
    text: partOf('text/plain'),
    html: partOf('text/html'),
    raw,
  };
}

function leafParts(message: string): readonly { readonly type: string; readonly text: string }[] {
  const { headers, body } = splitMessage(message);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (type.startsWith('multipart/') && boundary !== undefined) {
    return body
      .split(`--${boundary}`)
      .slice(1, -1)
      .flatMap((part) => leafParts(part.replace(/^\r?\n/, '').replace(/\r?\n$/, '')));
  }
  return [{ type, text: decodeBody(body, headers['content-transfer-encoding']) }];
}

function splitMessage(message: string): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const end = /\r?\n\r?\n/.exec(message);
  const head = end ? message.slice(0, end.index) : message;
  const body = end ? message.slice(end.index + end[0].length) : '';
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
  });
  return { headers: Object.fromEntries(headers) as Record<string, string>, body };
}

function decodeBody(body: string, encoding = ''): string {
  if (/^base64$/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8');
  if (/^quoted-printable$/i.test(encoding)) return decodeQuoted(body.replace(/=\r?\n/g, ''));
  return body;
}

function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_word, encoding: string, text: string) =>
      /b/i.test(encoding)
        ? Buffer.from(text, 'base64').toString('utf8')
        : decodeQuoted(text.replaceAll('_', ' ')),
    );
}

function decodeQuoted(value: string): string {
  return value.replace(/(=[0-9A-F]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'),
  );
}
