/** `web-1:9090` → `web-1`; anything that is no host with a port stays as it is. */
export function stripPort(address: string): string {
  return splitHostPort(address)?.host ?? address;
}

/** `web-1.example.org:9090` → `web-1:9090`; IP addresses stay as they are. */
export function stripDomain(address: string): string {
  const split = splitHostPort(address);
  const host = split?.host ?? address;
  if (isIp(host)) return address;
  const name = host.split('.')[0] as string;
  if (!split || split.port === '') return name;
  return name.includes(':') ? `[${name}]:${split.port}` : `${name}:${split.port}`;
}

/** Host and port by the rules of Go's `net.SplitHostPort`: the last colon parts them, an IPv6 address needs brackets. */
function splitHostPort(address: string): { host: string; port: string } | undefined {
  const match = /^(?:\[([^\][]*)\]|([^:\][]*)):([^:\][]*)$/.exec(address);
  return match ? { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' } : undefined;
}

function isIp(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

function isIpv4(host: string): boolean {
  const parts = host.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function isIpv6(host: string): boolean {
  const [head = '', tail, ...more] = host.split('::');
  if (more.length > 0) return false;
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const all = [...groups(head), ...groups(tail ?? '')];
  const dotted = all.at(-1)?.includes('.') ? all.pop() : undefined;
  const endsDotted = dotted === undefined || (isIpv4(dotted) && host.endsWith(dotted));
  const size = all.length + (dotted === undefined ? 0 : 2);
  if (!endsDotted || !all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return tail === undefined ? size === 8 : size < 8;
}
