/** Twilio's Calls API as a stand-in, from its reference: a list with filters by day and status, and pages by `next_page_uri`. */
import { ACCOUNT_SID } from '../webhooks.ts';
import { startStandIn, type StandIn } from './stand-in.ts';

/** The token that the stand-in takes. */
export const TWILIO_TOKEN = '0123456789abcdef0123456789abcdef';

/** A Call resource. */
export type CallResource = {
  sid: string;
  status: string;
  start_time: string | null;
  end_time: string | null;
  date_created: string;
} & Record<string, unknown>;

/** A running stand-in and its calls; `nextPage` changes what it says of the next page. */
export type TwilioStandIn = StandIn & {
  calls: CallResource[];
  nextPage: (honest: string) => string;
};

/** Starts it. */
export async function startTwilio(): Promise<TwilioStandIn> {
  const state = { calls: [] as CallResource[], nextPage: (honest: string) => honest };
  const path = `/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`;
  const allowed = `Basic ${Buffer.from(`${ACCOUNT_SID}:${TWILIO_TOKEN}`).toString('base64')}`;
  const standIn = await startStandIn(
    (url) => {
      if (url.pathname !== path) return null;
      const query = url.searchParams;
      const size = Number(query.get('PageSize') ?? 50);
      const page = Number(query.get('Page') ?? 0);
      const wanted = running.calls.filter((call) => fits(call, query));
      const next = new URLSearchParams(query);
      next.set('Page', String(page + 1));
      const more = (page + 1) * size < wanted.length;
      return {
        page,
        page_size: size,
        calls: wanted.slice(page * size, (page + 1) * size),
        next_page_uri: more ? running.nextPage(`${path}?${next.toString()}`) : null,
      };
    },
    ({ headers }) => headers.authorization === allowed,
  );
  const running: TwilioStandIn = Object.assign(standIn, state);
  return running;
}

function fits({ status, start_time }: CallResource, query: URLSearchParams): boolean {
  const wanted = query.get('Status');
  const from = query.get('StartTime>');
  const to = query.get('StartTime<');
  if (wanted !== null && wanted !== status) return false;
  if (from === null && to === null) return true;
  if (start_time === null) return false;
  const at = new Date(start_time).getTime();
  return (from === null || at >= Date.parse(from)) && (to === null || at <= Date.parse(to));
}
