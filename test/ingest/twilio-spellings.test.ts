/** Twilio's signature fits an address in several spellings: none of them may be read in a second way. */
import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { fixture } from '../fixtures/read.ts';
import {
  CALL_SID,
  statusParameters,
  TEST_SECRETS,
  twilioRequest,
  type TestRequest,
} from '../support/webhooks.ts';
import { testRows, type Row } from './nasty-rows.ts';

const COMPLETED = statusParameters({
  CallSid: CALL_SID,
  CallStatus: 'completed',
  CallDuration: '42',
  SequenceNumber: '3',
});

/** JSON as Twilio signs it: by the hash of its body in the address. */
function twilioJson(body: string): TestRequest {
  const target = `/webhooks/twilio?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  const signature = getExpectedTwilioSignature(TEST_SECRETS.twilio[0], `https://public.example${target}`, {});
  const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
  return { target, headers, body: Buffer.from(body) };
}

const rows: Row[] = [
  [
    'Twilio: one captured address and signature, spelled so that a second reading would fit them',
    ({ post }) => {
      const said = JSON.stringify([fixture('twilio/stream_other.json')]);
      const captured = twilioJson(said);
      const forged = JSON.stringify([fixture('twilio/stream_call_summary.json')]);
      const padding = '&'.repeat(1_000);
      const own = createHash('sha256').update(forged).digest('hex');
      const target = `${captured.target.replace('SHA256', 'SHA25%36')}${padding}bodySHA256=${own}`;
      const callback = twilioRequest(COMPLETED, { target: '/webhooks/twilio?campaignId=5' });
      const respelled = [
        '?%63ampaignId=5',
        '?&campaignId=5',
        '?campaignId=%35&&',
        `?campaignId=5${padding}agentId=x`,
      ];
      return post(
        captured,
        { ...captured, target, body: Buffer.from(forged) },
        callback,
        ...respelled.map((query) => ({ ...callback, target: `/webhooks/twilio${query}` })),
      );
    },
    [200, 401, 200, 200, 200, 200, 200],
    // Another spelling is the same event again, not a variant of it, and says no more than was signed.
    { events: 2, rejected: 1 },
    async ({ saidOf }) => {
      expect((await saidOf(`twilio:${CALL_SID}`)).assignment).toEqual({ campaignId: '5' });
    },
  ],
];

testRows(rows);
