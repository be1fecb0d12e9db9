/** The list of views: a view that stands here has collections, indexes, buckets, answers and rooms. */
import { duration } from './duration.ts';
import { outcome } from './outcome.ts';
import { sentiment } from './sentiment.ts';
import type { View } from './view.ts';

/** All views, in the order in which they are written. */
export const VIEWS: readonly View[] = [duration, outcome, sentiment];
