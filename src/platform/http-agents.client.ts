import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { forbiddenAddress } from './http-address.js';
import { BLOCKED } from './http-failure.js';
import type { Trust } from './ports.js';

/** A pair of keep-alive agents. */
export interface HttpAgents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
}

/** Resolves a name and refuses it as a whole when one of its addresses may not be called: the checked address is the dialled one. */
function guardedLookup(trust: Trust): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const why = addresses
        .map(({ address }) => forbiddenAddress(address, trust))
        .find((reason) => reason !== undefined);
      if (why !== undefined) return callback(Object.assign(new Error(why), { code: BLOCKED }), []);
      const first = addresses[0];
      return options.all || !first ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

/**
 * Agents for targets of one trust. Idle connections are dropped after 4 s, before common servers drop theirs (5 s),
 * so that a request rarely meets a connection that is just being closed.
 */
export function agentsFor(
  trust: Trust,
  options: { readonly maxSockets: number; readonly ca?: string },
): HttpAgents {
  const shared = {
    keepAlive: true,
    timeout: 4000,
    maxSockets: options.maxSockets,
    lookup: guardedLookup(trust),
  };
  const tls = { ...shared, ...(options.ca !== undefined && { ca: options.ca }) };
  return trust === 'foreign'
    ? { httpAgent: new RequestFilteringHttpAgent(shared), httpsAgent: new RequestFilteringHttpsAgent(tls) }
    : { httpAgent: new http.Agent(shared), httpsAgent: new https.Agent(tls) };
}

/** Tells whether bytes of a request may have left: from the moment its connection stands. */
export interface Departure {
  sent: boolean;
}

/** Node's own transport, which notes in `departure` when the connection of its one request stands. */
export function observedTransport(departure: Departure): { request: typeof http.request } {
  const request = (
    options: https.RequestOptions,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const outgoing = (options.protocol === 'https:' ? https : http).request(options, onAnswer);
    outgoing.once('socket', (socket) => {
      const stands = () => {
        departure.sent = true;
      };
      if (outgoing.reusedSocket) stands();
      else if (socket instanceof TLSSocket) socket.once('secureConnect', stands);
      else if (socket.connecting) socket.once('connect', stands);
      else stands();
    });
    return outgoing;
  };
  return { request: request as typeof http.request };
}
