/** The system's own events: what it learned itself, read back from the log like any sender's word. One file a kind. Pure. */
import { ERASED, readErased } from './callviews-erased.ts';
import { GIVEN_UP, readGivenUp } from './callviews-given-up.ts';
import { RETRIED, readRetried } from './callviews-retried.ts';
import { readScored, SCORED } from './callviews-scored.ts';
import { fieldsOf, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Identified, Reader } from './provider.ts';

/** The name under which the system's own events stand in the log. */
export const OWN_PROVIDER = 'callviews';

/** What one kind makes of its body; null where its id is missing. Own events state no links: they speak of what is known. */
type Kind = (fields: Fields) => Pick<Identified, 'key' | 'statedAt' | 'partId' | 'interpret'> | null;

/** Type of one of the system's own events. */
export type OwnEventType = typeof SCORED | typeof GIVEN_UP | typeof ERASED | typeof RETRIED;

const KINDS: ReadonlyMap<string, Kind> = new Map<OwnEventType, Kind>([
  [SCORED, readScored],
  [GIVEN_UP, readGivenUp],
  [ERASED, readErased],
  [RETRIED, readRetried],
]);

/** The reader of the system's own events. Nobody can send them: there is no endpoint and no secret for this name. */
export const callviews: Reader & { headers: readonly string[] } = {
  name: OWN_PROVIDER,
  headers: [],
  identify,
};

function identify({ body }: Delivery): Findings {
  const parsed = parseJson(body);
  if (!parsed.ok) return unreadable(parsed.reason);
  const fields = fieldsOf(parsed.value);
  const type = text(fields['type'], 100) ?? '';
  const kind = KINDS.get(type);
  if (kind === undefined) return unreadable('schema', 'type');
  const found = kind(fields);
  return found === null ? unreadable('id') : [{ readable: true, type, links: [], flags: [], ...found }];
}
