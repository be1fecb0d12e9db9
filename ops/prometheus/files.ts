/** The files beside this one that are made, and what they must hold: `npm run generate` writes them, a test compares. */
import { CASE_FILES } from './cases.ts';
import { rulesOf } from './rules.ts';
import { scrapeOf } from './scrape.ts';

/** Name → text. */
export const MADE_FILES: Readonly<Record<string, string>> = {
  'rules.yml': rulesOf(),
  'prometheus.yml': scrapeOf(),
  ...CASE_FILES,
};
