/** What is typed into a campaign's form: texts as they stand in its fields, what they differ in, what is sent of them. Pure. */
import type { Campaign, CampaignForm } from './campaign-load.ts';

/** The form's fields as text: the schedule as `datetime-local` takes it, goals one a line; an empty key lets the server make one. */
export type Typed = { name: string; key: string; scheduledAt: string; agentId: string; goals: string };
/** A field that two states of a campaign differ in. */
export type Change = { field: keyof Typed; before: string; now: string };

/** What the fields are called, in the order of the form. */
export const FIELD_NAMES: Readonly<Record<keyof Typed, string>> = {
  ...{ name: 'Name', key: 'Key', scheduledAt: 'Scheduled for', agentId: 'Agent', goals: 'Goals' },
};
const FIELDS = Object.keys(FIELD_NAMES) as (keyof Typed)[];

/** A campaign as the form shows it. */
export function typedOf(campaign: Pick<Campaign, keyof Typed>): Typed {
  const { name, key, scheduledAt, agentId, goals } = campaign;
  return {
    ...{ name, key, agentId: agentId ?? '', goals: goals.join('\n') },
    scheduledAt: scheduledAt === null ? '' : localText(new Date(scheduledAt)),
  };
}

/**
 * What two states differ in.
 * @param before the state that the form was begun from
 * @param now the state as it is
 * @returns a change a field, in the order of the form
 */
export function changesBetween(before: Typed, now: Typed): Change[] {
  return FIELDS.filter((field) => before[field] !== now[field]).map((field) => ({
    ...{ field, before: before[field], now: now[field] },
  }));
}

/**
 * What is typed beyond what stands there, as the server will keep it: without blanks around lines and without empty lines.
 * @param typed the fields that were touched
 * @param stands the campaign
 * @returns those that differ; an emptied key is none, since a campaign has one
 */
export function beyond(typed: Partial<Typed>, stands: Typed): Partial<Typed> {
  const tidy = FIELDS.flatMap((field): [keyof Typed, string][] => {
    const text = typed[field]
      ?.split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n');
    return text === undefined || text === stands[field] || (field === 'key' && text === '')
      ? []
      : [[field, text]];
  });
  return Object.fromEntries(tidy);
}

/** Touched fields as the API takes them; what nobody touched is not sent, and so overwrites nothing. */
export function formOf({ name, key, scheduledAt, agentId, goals }: Partial<Typed>): Partial<CampaignForm> {
  return {
    ...(name !== undefined && { name }),
    ...(key !== undefined && { key }),
    ...(scheduledAt !== undefined && { scheduledAt: instantOf(scheduledAt) }),
    ...(agentId !== undefined && { agentId: agentId === '' ? null : agentId }),
    ...(goals !== undefined && { goals: goals === '' ? [] : goals.split('\n') }),
  };
}

function instantOf(text: string): string | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function localText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
