/** Plans one Twilio leg: which callbacks it fires, with whole seconds as Twilio's clock has them. */
import type { Scene } from './catalogue.ts';
import type { LegEvent, PlannedLeg } from './planned.ts';
import type { Random } from './random.ts';
import type { AnsweredBy, TerminalStatus } from './words.ts';

/** How Twilio is asked to tell who picked up: not at all, in a callback of its own, or within the status callbacks. */
export type Detection = { mode: 'async' | 'sync'; answeredBy: AnsweredBy };

/** What happens on a leg. Lengths in whole seconds from `startedAt`, which has no milliseconds. */
export type LegCourse = {
  startedAt: Date;
  ringSecs: number;
  /** From the answer to the end; 0 where nobody answered. */
  callSecs: number;
  ending: TerminalStatus;
  detection: Detection | null;
  sipResponseCode: string;
};

/** The end of a leg that was answered. */
export const ANSWERED = { ending: 'completed', sipResponseCode: '200' } as const satisfies Partial<LegCourse>;

/**
 * Plans the callbacks of a leg. An inbound number's callback tells the end only; outbound and dialled legs tell each step.
 * @param leg the leg without events
 * @param course what happens on it
 * @returns the leg with its events, each key made of CallSid, sequence and status
 */
export function planLeg(leg: Omit<PlannedLeg, 'events'>, course: LegCourse): PlannedLeg {
  const statuses =
    leg.direction === 'inbound' ? inboundEvents(leg.callSid, course) : outboundEvents(leg.callSid, course);
  const { detection } = course;
  if (detection?.mode !== 'async') return { ...leg, events: statuses };
  const verdict: LegEvent = {
    kind: 'detection',
    key: `twilio/${leg.callSid}/amd/${detection.answeredBy}`,
    at: after(course.startedAt, course.ringSecs + 4),
    answeredBy: detection.answeredBy,
    detectionMs: 2_800 + (course.ringSecs % 7) * 110,
  };
  return { ...leg, events: [...statuses, verdict] };
}

/**
 * An instant some seconds later.
 * @param at an instant
 * @param secs seconds to add
 * @returns a new instant
 */
export function after(at: Date, secs: number): Date {
  return new Date(at.getTime() + secs * 1000);
}

function inboundEvents(callSid: string, course: LegCourse): LegEvent[] {
  return [terminal(callSid, 0, { ...course, ringSecs: 0 })];
}

function outboundEvents(callSid: string, course: LegCourse): LegEvent[] {
  const { startedAt, ringSecs } = course;
  const steps: { status: 'initiated' | 'ringing' | 'in-progress'; at: Date }[] = [
    { status: 'initiated', at: startedAt },
  ];
  // A call that fails never rings.
  if (course.ending !== 'failed') steps.push({ status: 'ringing', at: after(startedAt, 1) });
  if (course.ending === 'completed') steps.push({ status: 'in-progress', at: after(startedAt, ringSecs) });
  const events = steps.map(({ status, at }, sequence): LegEvent => ({
    kind: 'status',
    key: `twilio/${callSid}/${sequence}/${status}`,
    at,
    status,
    sequence,
    callDurationSecs: null,
    answeredBy: status === 'in-progress' ? verdictOf(course) : null,
    sipResponseCode: null,
  }));
  return [...events, terminal(callSid, events.length, course)];
}

function terminal(callSid: string, sequence: number, course: LegCourse): LegEvent {
  return {
    kind: 'status',
    key: `twilio/${callSid}/${sequence}/${course.ending}`,
    at: after(course.startedAt, course.ringSecs + course.callSecs),
    status: course.ending,
    sequence,
    callDurationSecs: course.callSecs,
    answeredBy: course.ending === 'completed' ? verdictOf(course) : null,
    sipResponseCode: course.sipResponseCode,
  };
}

function verdictOf({ detection }: LegCourse): AnsweredBy | null {
  return detection?.mode === 'sync' ? detection.answeredBy : null;
}

/**
 * Draws how Twilio tells who picked up; now and then it cannot say.
 * @param random stream to draw from
 * @param voicemail whether a machine picked up
 * @returns the verdict, or null where nobody asked for one
 */
export function detectionOf(random: Random, voicemail: boolean): Detection | null {
  const mode = random.pick(['none', 'async', 'sync'] as const);
  const machine = random.pick([
    'machine_start',
    'machine_start',
    'machine_end_beep',
    'machine_end_silence',
  ] as const);
  const answeredBy = random.chance(0.08) ? 'unknown' : voicemail ? machine : 'human';
  return mode === 'none' ? null : { mode, answeredBy };
}

/**
 * Draws the course of a leg that nobody answered.
 * @param scene stream and start
 * @param ending how it ended
 * @returns its course; some busy ends are refusals, which only the SIP code tells
 */
export function unansweredCourse(
  { random, startedAt }: Scene,
  ending: Exclude<TerminalStatus, 'completed'>,
): LegCourse {
  const ringSecs =
    ending === 'failed' ? 1 : ending === 'no-answer' ? random.whole(20, 45) : random.whole(3, 15);
  const code = { busy: '486', 'no-answer': '480', canceled: '487', failed: '404' }[ending];
  const sipResponseCode = ending === 'busy' && random.chance(0.2) ? '603' : code;
  return { startedAt, ringSecs, callSecs: 0, ending, detection: null, sipResponseCode };
}
