import ipaddr from 'ipaddr.js';
import type { Trust } from './ports.js';

/** Where clouds answer with credentials, besides the link-local range. */
const METADATA = ['fd00:ec2::254/128', '168.63.129.16/32', '100.100.100.200/32'].map((cidr) =>
  ipaddr.parseCIDR(cidr),
);

/** The IPv4 address inside an IPv6 one that a translator would unpack (mapped, NAT64, 6to4), else the address itself. */
function unpack(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === 'ipv4') return address;
  const v6 = address as ipaddr.IPv6;
  const bytes = v6.toByteArray();
  const range = v6.range();
  if (range === 'ipv4Mapped') return v6.toIPv4Address();
  if (range === 'rfc6052') return new ipaddr.IPv4(bytes.slice(12));
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  return v6;
}

/**
 * Why a request may not go to this IP address, or undefined when it may. An operator's own address may be private, but
 * never link-local or a cloud's metadata service; an address from elsewhere must be public.
 */
export function forbiddenAddress(address: string, trust: Trust): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an IP address';
  const outer = ipaddr.parse(address);
  const inner = unpack(outer);
  const metadata = METADATA.some((cidr) => inner.kind() === cidr[0].kind() && inner.match(cidr));
  if (metadata || inner.range() === 'linkLocal') return 'link-local and metadata addresses are never called';
  if (trust === 'foreign' && (outer.range() !== 'unicast' || inner.range() !== 'unicast')) {
    return 'only public addresses may be called here';
  }
  return undefined;
}

/** The IP address a URL's host spells out (`127.1`, `[::1]` and `0x7f.1` included, as the URL parser reads them), if it is one. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(host) ? host : undefined;
}
