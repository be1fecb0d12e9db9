/** Tells people and systems that a rule fired: a signed webhook to each address, and one e-mail. */
import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Secret } from '../../ops/process/config.ts';
import type { AlertsFile } from './rules.ts';
import type { FiredAlert } from './fired.ts';

/** How long a receiver may take. */
const PATIENCE_MS = 10_000;

/** Where alerts go, and by which mail server. */
export type Receivers = Pick<AlertsFile, 'webhooks' | 'email'> & { smtp: Secret | undefined };

/** What receivers get: ids and numbers, nothing that was said and no telephone number. */
type Message = {
  type: 'alert.fired';
  timestamp: string;
  data: Omit<FiredAlert, '_id' | 'toldAt' | 'follows' | 'told'>;
};

/**
 * Tells whoever has not been told.
 * @param alert what fired
 * @param receivers where to
 * @param told called for each receiver that has taken it
 * @returns what went wrong, one sentence a receiver, without addresses' secrets
 */
export async function tell(
  { _id, toldAt: _at, follows: _follows, told: already, ...data }: FiredAlert,
  receivers: Receivers,
  told: (receiver: string) => Promise<void>,
): Promise<string[]> {
  const message: Message = { type: 'alert.fired', timestamp: new Date().toISOString(), data };
  const faults: string[] = [];
  const attempt = async (receiver: string, act: () => Promise<unknown>): Promise<void> => {
    if (already.includes(receiver)) return;
    try {
      await act();
      await told(receiver);
    } catch (error) {
      faults.push(`${receiver}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const { url, secret } of receivers.webhooks)
    await attempt(new URL(url).host, () => post(url, secret, { id: _id, body: JSON.stringify(message) }));
  const { email, smtp } = receivers;
  if (email !== undefined && smtp !== undefined)
    await attempt('e-mail', () => mail(message, { ...email, smtp, id: _id }));
  return faults;
}

/** By the Standard Webhooks scheme; the id stays the same when it is sent again, so that a receiver can tell. */
async function post(url: string, secret: Secret, { id, body }: { id: string; body: string }): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const key = Buffer.from(secret.reveal().slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    },
    body,
    // An address is the operator's; whom it refers to is not.
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}

async function mail(
  { data }: Message,
  { smtp, from, to, id }: { smtp: Secret; from: string; to: string[]; id: string },
): Promise<void> {
  const transport = createTransport(smtp.reveal());
  const shown = (value: number | null): string => (value === null ? 'none' : String(value));
  try {
    await transport.sendMail({
      ...{ from, to },
      messageId: `<${id.replaceAll(/[^\w.-]/g, '-')}@callviews>`,
      subject: `callviews: ${data.rule} fired`,
      text: [
        `${data.measure} of ${data.slice} was ${shown(data.value)} from ${data.from.toISOString()} to ${data.to.toISOString()}.`,
        `A week before: ${shown(data.before)}. The rule: ${data.when}.`,
        '',
        'Calls to begin with:',
        ...data.calls.map((call) => `  /api/db/calls/${encodeURIComponent(call)}`),
      ].join('\n'),
    });
  } finally {
    transport.close();
  }
}
