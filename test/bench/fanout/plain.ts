/** A bare `ws` server that sends the very bytes that the api sent, at the same pace, to as many clients: what Socket.IO is measured against. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareWs, type BareSocket } from './bare-ws.ts';

/** What is replayed: rooms and sizes of messages, by their time from the beginning. */
export type Replay = { room: number; bytes: number; afterMs: number }[];
/** When each message was written to its first client, by its place in the replay. */
export type Replayed = { sequence: number; room: number; atMs: number }[];

const http = createServer();
const server = new bareWs.WebSocketServer({ server: http, perMessageDeflate: false });
const rooms = new Map<number, Set<BareSocket>>();

server.on('connection', (socket, { url = '' }) => {
  const room = Number(new URL(url, 'http://host').searchParams.get('room'));
  const members = rooms.get(room) ?? new Set<BareSocket>();
  rooms.set(room, members.add(socket));
  socket.on('close', () => members.delete(socket));
});
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));

process.on('message', (replay: Replay) => {
  void play(replay).then((replayed) => process.send?.(replayed));
});

async function play(replay: Replay): Promise<Replayed> {
  const beganMs = performance.now();
  const replayed: Replayed = [];
  for (const [index, { room, bytes, afterMs }] of replay.entries()) {
    const earlyMs = beganMs + afterMs - performance.now();
    if (earlyMs > 1) await sleep(earlyMs);
    const head = `["view_update",{"sequence":${index + 1},"filling":"`;
    const text = `${head}${'x'.repeat(Math.max(0, bytes - head.length - 3))}"}]`;
    replayed.push({ sequence: index + 1, room, atMs: performance.timeOrigin + performance.now() });
    for (const socket of rooms.get(room) ?? []) socket.send(text);
  }
  return replayed;
}
