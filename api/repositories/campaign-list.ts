/** Lists campaigns page by page: one that is set up or deleted meanwhile shifts no page. Pure. */
import type { StoredCampaign } from '../schema.ts';

/** Where a page of campaigns begins: after the one with this id, set up at that time. */
export type CampaignCursor = { createdAtMs: number; id: string };
/** How many campaigns at most, and after which; null for the first page. */
export type CampaignQuestion = { limit: number; after: CampaignCursor | null };

/**
 * Takes a page out of all campaigns, the newest first. What costs is their counters, not they: people set them up by hand.
 * @param stored all that are set up, in any order
 * @param question which page
 * @returns those of the page, and where the next begins; null on the last
 */
export function pageOf(
  stored: readonly StoredCampaign[],
  { limit, after }: CampaignQuestion,
): { listed: StoredCampaign[]; next: CampaignCursor | null } {
  const newestFirst = [...stored].sort(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? -1 : 1),
  );
  const rest = newestFirst.filter(({ createdAt, _id }) => {
    const olderMs = after === null ? 1 : after.createdAtMs - createdAt.getTime();
    return olderMs > 0 || (olderMs === 0 && after !== null && _id > after.id);
  });
  const listed = rest.slice(0, limit);
  const last = rest.length > limit ? listed.at(-1) : undefined;
  const next = last === undefined ? null : { createdAtMs: last.createdAt.getTime(), id: last._id };
  return { listed, next };
}
