import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** This process as `GET /api/v2/status` lists it among the peers of a cluster. */
export interface ClusterMember {
  readonly name: string;
  /** `IP:port` */
  readonly address: string;
}

/** A member, and the address that it holds. */
export interface HeldClusterAddress {
  readonly member: ClusterMember;
  /** `IP:port`, with the real port. */
  readonly address: string;
  close(): void;
}

/** Where to stand in a cluster. */
export interface ClusterAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly advertised?: string;
  readonly name?: string;
}

/** An address as Go writes it. */
export function formatAddress({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Holds the cluster address, so that it is real and no other process has it. Nothing is spoken there: who connects is
 * sent away, for processes of Retune meet in the database. Rejects when the address is taken.
 */
export async function holdClusterAddress({
  host,
  port,
  advertised,
  name,
}: ClusterAddress): Promise<HeldClusterAddress> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, host === '' ? undefined : host);
  await once(server, 'listening');
  server.unref();
  const address = formatAddress(server.address() as AddressInfo);
  return {
    address,
    member: { name: name ?? randomUUID(), address: advertised ?? address },
    close: () => server.close(),
  };
}
