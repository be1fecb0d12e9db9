/** The clients of the fan-out's bench, some in a process: each joins the room of one agent, of the api or of the bare server; at the end they say how long pushes took. */
import { setTimeout as sleep } from 'node:timers/promises';
import { io as connect, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../../api/contract.ts';
import { bareWs } from './bare-ws.ts';

/** What the bench asks for: to connect so many, the first with this number; then to judge events. */
export type Order =
  | { connect: { url: string; count: number; first: number; rooms: number; perSecond: number; bare?: true } }
  | { judge: { room: number; sequence: number; atMs: number }[] };
/** What it is told. */
export type Told = { connected: number } | { latenciesMs: number[]; received: number; missing: number };

/** By all processes' clock, ms since 1970. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Of each client its room and the pushes it had, in order. */
type Client = { room: number; sequences: number[]; atMs: number[] };
let clients: Client[] = [];
let leave: (() => void)[] = [];

process.on('message', (order: Order) => {
  if ('judge' in order) process.send?.(judge(order.judge));
  else void connectAll(order.connect);
});

async function connectAll(order: Extract<Order, { connect: object }>['connect']): Promise<void> {
  const { url, count, first, rooms, perSecond, bare } = order;
  for (const one of leave) one();
  [clients, leave] = [[], []];
  const joining: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    joining.push((bare === true ? joinBare : join)(url, (first + n) % rooms));
    if (n % 10 === 9) await sleep(10_000 / perSecond);
  }
  await Promise.all(joining);
  process.send?.({ connected: clients.length } satisfies Told);
}

async function join(url: string, room: number): Promise<void> {
  const options = { transports: ['websocket'], forceNew: true, reconnection: false };
  const socket: Socket<ServerToClient, ClientToServer> = connect(url, options);
  const client = { room, sequences: [] as number[], atMs: [] as number[] };
  clients.push(client);
  leave.push(() => socket.close());
  socket.on('view_update', ({ sequence }: { sequence: number }) => {
    client.sequences.push(sequence);
    client.atMs.push(nowMs());
  });
  await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
  const from = new Date().toISOString();
  const view = { view: 'outcome', window: 'daily', slice: `agent:agent_${room}`, from };
  const answer: unknown = await socket.emitWithAck('subscribe:view', view);
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw new Error(String(answer.error));
}

async function joinBare(url: string, room: number): Promise<void> {
  const client: Client = { room, sequences: [], atMs: [] };
  clients.push(client);
  const socket = new bareWs.WebSocket(`${url}?room=${room}`, { perMessageDeflate: false });
  socket.on('message', (bytes) => {
    const [, { sequence }] = JSON.parse(String(bytes)) as [string, { sequence: number }];
    client.sequences.push(sequence);
    client.atMs.push(nowMs());
  });
  await new Promise<void>((resolve, reject) => socket.on('open', resolve).on('error', reject));
}

/** Of each event and each client of its room: how long until the first push that holds it. */
function judge(events: readonly { room: number; sequence: number; atMs: number }[]): Told {
  const latenciesMs: number[] = [];
  let missing = 0;
  for (const { room, sequence, atMs } of events)
    for (const client of clients) {
      if (client.room !== room) continue;
      const index = client.sequences.findIndex((one) => one >= sequence);
      const arrivedMs = client.atMs[index];
      if (arrivedMs === undefined) missing += 1;
      else latenciesMs.push(Math.round((arrivedMs - atMs) * 10) / 10);
    }
  return { latenciesMs, missing, received: clients.reduce((sum, one) => sum + one.sequences.length, 0) };
}
