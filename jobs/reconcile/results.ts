/** What can become of a call on a vendor's list: the closed set of labels and of the table's columns. Pure. */

/**
 * What can be said of a call that a vendor lists: `expected` all that are over; of these `received` by the log before, or
 * `missing`; `repaired` by this run; `corrected`: received, but changed since; `failed` to be fetched or stored; `active`: a
 * state of a call in progress that was news.
 */
export const RECONCILE_RESULTS = [
  'expected',
  'received',
  'missing',
  'repaired',
  'corrected',
  'failed',
  'active',
] as const;
/** One of {@link RECONCILE_RESULTS}. */
export type ReconcileResult = (typeof RECONCILE_RESULTS)[number];
