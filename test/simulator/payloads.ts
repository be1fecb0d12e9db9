/** From a planned call to what its senders post: one delivery an event, byte for byte the same for the same plan. */
import type { Body, Delivery, Provider } from './delivery.ts';
import { elevenLabsBodies } from './elevenlabs.ts';
import type { CallPlan } from './planned.ts';
import { standardBodies } from './standard.ts';
import { twilioBodies } from './twilio.ts';

/**
 * Everything that is posted about a call.
 * @param call a planned call
 * @param baseAt the instant that due times count from; before it they are negative
 * @returns deliveries by due time
 */
export function deliveriesOf(call: CallPlan, baseAt: Date): Delivery[] {
  const of = (provider: Provider, contentType: string, bodies: Body[]): Delivery[] =>
    bodies.map(({ at, ...body }) => ({
      ...body,
      provider,
      headers: { 'content-type': contentType },
      dueOffsetMs: at.getTime() - baseAt.getTime(),
    }));
  return [
    ...of('twilio', 'application/x-www-form-urlencoded; charset=UTF-8', twilioBodies(call)),
    ...of('elevenlabs', 'application/json', elevenLabsBodies(call)),
    ...of('standard', 'application/json', standardBodies(call)),
  ].sort((a, b) => a.dueOffsetMs - b.dueOffsetMs);
}
