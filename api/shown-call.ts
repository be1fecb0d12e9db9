/** A stored call as clients see it: without its parts in lists, and with no more of a number than its last four digits. Pure. */
import type { Call, Part, StoredCall } from '../projector/contract.ts';

/** A call as the API and the socket show it; instants become ISO text in JSON. `revision`: the sequence that last changed it. */
export type ShownCall = Call & { revision: number };

/** One witness of a call as shown: what is believed of its words, group by group. */
export type ShownPart = Omit<Part, 'groups'> & { groups: Record<string, unknown> };

/**
 * Shows a call.
 * @param stored as the projector wrote it, with or without its parts
 * @param revision as shown at the moment it was read at
 * @param numbers whether they are shown whole
 * @returns the call
 */
export function shownCall(
  stored: Omit<StoredCall, 'parts'> & { parts?: unknown },
  revision: number,
  numbers = false,
): ShownCall {
  const { _id, parts: _parts, ...call } = stored;
  return { ...call, ...(!numbers && numbersOf(call)), revision };
}

/**
 * Shows what each witness of a call said.
 * @param parts the call's parts
 * @param numbers whether they are shown whole
 * @returns the same with values only
 */
export function shownParts(parts: readonly Part[], numbers = false): ShownPart[] {
  return parts.map(({ groups, ...part }) => ({
    ...part,
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, { value }]) => [
        name,
        !numbers && name === 'route' && typeof value === 'object' && !(value instanceof Date)
          ? { ...value, ...numbersOf(value as Partial<Call>) }
          : value,
      ]),
    ),
  }));
}

/**
 * A number as shown without the right to see it whole.
 * @param number a telephone number, a SIP address, a client's name, or null
 * @returns such as `…1234`; `…` alone where there is no digit before an `@`
 */
export function shownNumber(number: string | null): string | null {
  if (number === null) return null;
  const [user = ''] = number.split('@');
  return `…${user.replace(/\D/g, '').slice(-4)}`;
}

function numbersOf(call: Partial<Pick<Call, 'fromNumber' | 'toNumber'>>): {
  fromNumber: string | null;
  toNumber: string | null;
} {
  return { fromNumber: shownNumber(call.fromNumber ?? null), toNumber: shownNumber(call.toNumber ?? null) };
}
