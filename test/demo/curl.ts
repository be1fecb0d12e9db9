/** A ready line for the reader's own first webhook, signed with the demo's throw-away secret. */
import { createHmac, randomUUID } from 'node:crypto';

/**
 * Makes a signed `curl` line; its signature is good for five minutes.
 * @param ingest address of ingest
 * @param secret the demo's Standard Webhooks secret
 * @returns the line, to be pasted into a shell
 */
export function curlLine(ingest: string, secret: string): string {
  const now = new Date();
  const seconds = Math.floor(now.getTime() / 1_000);
  const id = `msg_${randomUUID()}`;
  const call = {
    call_id: `by-hand-${seconds}`,
    started_at: new Date(now.getTime() - 61_000).toISOString(),
    duration_seconds: 61,
    connection: 'answered_human',
    goal: 'success',
    sentiment: 'positive',
  };
  const body = JSON.stringify({ type: 'call.completed', timestamp: now.toISOString(), data: call });
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  const headers = [
    `webhook-id: ${id}`,
    `webhook-timestamp: ${seconds}`,
    `webhook-signature: v1,${signature}`,
  ];
  return `curl ${ingest}/webhooks/standard ${headers.map((header) => `-H '${header}'`).join(' ')} -d '${body}'`;
}
