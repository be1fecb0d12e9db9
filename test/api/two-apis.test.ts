/** Two api processes, a client on each, one signed webhook: both get every push of it, and what they get is the same. */
import { expect, test } from '@jest/globals';
import { io as connect } from 'socket.io-client';
import { standardRequest } from '../support/webhooks.ts';
import { openRoad, SECRETS } from '../support/road.ts';
import { openWorld } from '../support/world.ts';

type Heard = Record<string, { sequence: number } & Record<string, unknown>>;

test('both get every push of one webhook', async () => {
  await using world = await openWorld();
  await using road = await openRoad(world);
  const { port } = await road.start('api').said('listening');
  const clients = [road.apiUrl, `http://127.0.0.1:${String(port)}`].map((url) => {
    const socket = connect(url, { transports: ['websocket'] });
    const heard: Heard = {};
    socket.on('call_update', (update: Heard[string]) => (heard[`call ${String(update.callId)}`] = update));
    socket.on(
      'campaign_update',
      (update: Heard[string]) => (heard[`campaign ${String(update.key)}`] = update),
    );
    socket.on('view_update', (update: Heard[string]) => {
      heard[`${String(update.view)} ${String(update.window)} ${String(update.slice)}`] = update;
    });
    return { socket, heard };
  });
  try {
    const startedAt = new Date();
    const from = new Date(startedAt.getTime() - 86_400_000).toISOString();
    for (const { socket } of clients) {
      await socket.emitWithAck('subscribe:calls');
      await socket.emitWithAck('subscribe:campaigns');
      for (const view of ['duration', 'outcome', 'sentiment'])
        for (const [window, slice] of [
          ['hourly', 'all'],
          ['daily', 'agent:x'],
        ])
          await socket.emitWithAck('subscribe:view', { view, window, slice, from });
    }
    const data = {
      call_id: 'one',
      agent_id: 'x',
      campaign_id: 'spring',
      started_at: startedAt.toISOString(),
    };
    const { target, headers, body } = standardRequest(
      'message-1',
      { type: 'call.completed', timestamp: startedAt.toISOString(), data: { ...data, duration_seconds: 61 } },
      { secret: SECRETS.standard },
    );
    const answer = await fetch(`${road.ingestUrl}${target}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    await until(() => clients.every(({ heard }) => Object.keys(heard).length === 8));
    const [first, second] = clients.map(({ heard }) => heard);
    const withoutSequence = (heard: Heard = {}) =>
      Object.entries(heard)
        .map(([name, { sequence: _sequence, ...update }]) => [name, update])
        .sort();
    expect(Object.keys(first ?? {}).sort()).toEqual([
      ...['call standard:default:one', 'campaign spring'],
      ...['duration daily agent:x', 'duration hourly all', 'outcome daily agent:x', 'outcome hourly all'],
      ...['sentiment daily agent:x', 'sentiment hourly all'],
    ]);
    expect(first?.['outcome hourly all']).toMatchObject({ bucket: { totalCalls: 1 } });
    expect(withoutSequence(first)).toEqual(withoutSequence(second));
  } finally {
    for (const { socket } of clients) socket.close();
  }
}, 60_000);

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 15_000) throw new Error('it did not come to pass within 15 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
