/** From verified bytes to what is stored of them: run once on arrival, and again where a newer reading is asked for. Pure. */
import type { EventFlag } from './event.ts';
import { EARLIEST_PLAUSIBLE_AT, FACTS_VERSION, PLAUSIBLE_AHEAD_MS, withoutImplausible } from './facts.ts';
import type { Facts } from './facts.ts';
import type { InterpretSettings } from './interpret-settings.ts';
import { readerOf } from './providers/index.ts';
import type { Delivery, Identified } from './providers/provider.ts';

/** What an event says and of whom; `eventAt` is its own time, or its arrival where that is missing or cannot be. */
export type Reading = {
  partId: string | null;
  links: string[];
  eventAt: Date;
  facts: Facts | null;
  factsVersion: number;
  flags: EventFlag[];
};

/**
 * Reads one identified event.
 * @param event as its provider found it
 * @param receivedAt when it arrived
 */
export function readingOf(event: Identified, receivedAt: Date): Reading {
  const stated = event.interpret();
  const { facts, implausible } =
    stated === null ? { facts: null, implausible: false } : withoutImplausible(stated, receivedAt);
  const timely = event.statedAt === null || isPlausible(event.statedAt, receivedAt);
  const flags: EventFlag[] = [...event.flags];
  if (event.key === null) flags.push('weak_key');
  if (implausible || !timely) flags.push('implausible');
  return {
    partId: event.partId,
    links: event.links.filter((link) => link !== event.partId),
    eventAt: timely ? (event.statedAt ?? receivedAt) : receivedAt,
    facts,
    factsVersion: FACTS_VERSION,
    flags,
  };
}

/**
 * Reads a stored body again with today's rules.
 * @param provider name of the sender
 * @param delivery what was stored of the delivery
 * @param settings those of the event's `settingsVersion`; left out, the defaults
 * @returns null where today's code finds no event in it
 */
export function interpret(
  provider: string,
  delivery: Delivery,
  settings?: InterpretSettings,
): Reading | null {
  const found = readerOf(provider)?.identify(delivery, settings)[0];
  return found?.readable === true ? readingOf(found, delivery.receivedAt) : null;
}

function isPlausible(at: Date, receivedAt: Date): boolean {
  return at >= EARLIEST_PLAUSIBLE_AT && at.getTime() <= receivedAt.getTime() + PLAUSIBLE_AHEAD_MS;
}
