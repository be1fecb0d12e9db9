/** The address that a sender is known by, for what is counted before anything is verified. */
import type { Socket } from 'node:net';

/**
 * Whom something is counted against: the peer of the connection, never a header. An IPv6 network of 64 bits counts as one,
 * since whoever has one address of it has them all.
 * @param socket of the connection
 * @returns text without a port; `unknown` where the connection is gone
 */
export function addressOf(socket: Pick<Socket, 'remoteAddress'>): string {
  const address = socket.remoteAddress ?? 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address.includes(':') ? `${networkOf(address)}::/64` : address;
}

/** The first four groups of an IPv6 address, written out. */
function networkOf(address: string): string {
  const [before = '', after] = (address.split('%')[0] ?? '').split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
