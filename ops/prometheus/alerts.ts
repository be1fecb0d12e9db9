/** Whom to wake and why: every alert with its expression, its severity and what it tells. The runbook has a section for each. */
import { BURNS, OBJECTIVES, ratioName } from './objectives.ts';
import { CAUSES } from './causes.ts';
import { SYMPTOMS } from './symptoms.ts';
import type { Alert } from './alert.ts';
import type { Span } from './windows.ts';

/** Where the runbook's sections are, one for each alert. */
export const RUNBOOK = 'ops/runbook.md';

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A promise that is being broken: the budget burns too fast over a long window and still does over a short one. */
const burning: readonly Alert[] = OBJECTIVES.flatMap((objective) =>
  BURNS.map(({ name, factor, longSeconds, shortSeconds, severity, forSeconds }) => ({
    name: `${pascal(objective.name)}BudgetBurn${name}`,
    ...{ severity, forSeconds },
    summary: `Promised: ${objective.says}. What may fail is used up ${factor} times too fast.`,
    expr: (span: Span) => {
      const limit = Number((factor * objective.budget).toFixed(6));
      const over = (seconds: number): string => `${ratioName(objective, span(seconds))} > ${limit}`;
      return `${over(longSeconds)} and ${over(shortSeconds)}`;
    },
  })),
);

/** All alerts, what users feel first. */
export const ALERTS: readonly Alert[] = [...SYMPTOMS, ...burning, ...CAUSES];
