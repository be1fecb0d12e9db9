/** The providers' own words that the simulator sends, and what each means: public vocabulary, written down a second time on purpose. */

/** How a call went at the telephone level. */
export type Connection =
  | 'answered_human'
  | 'answered_machine'
  | 'answered_unknown'
  | 'busy'
  | 'no_answer'
  | 'canceled'
  | 'rejected'
  | 'failed'
  | 'in_progress'
  | 'unknown';
/** Who or what ended a call. */
export type EndedBy =
  | 'customer'
  | 'agent'
  | 'transfer'
  | 'timeout_silence'
  | 'timeout_max'
  | 'platform_error'
  | 'telephony_error'
  | 'unknown';
/** Whether a call reached what it was for. */
export type Goal = 'success' | 'failure' | 'unknown';
/** How the caller felt. */
export type Sentiment = 'positive' | 'neutral' | 'negative' | 'mixed';
/** How far a call has come. */
export type Status = 'queued' | 'ringing' | 'in_progress' | 'ended';

/** Statuses of a Twilio leg, in the order of its life; the last five are terminal. */
export type LegStatus = 'initiated' | 'ringing' | 'in-progress' | TerminalStatus;
/** How a Twilio leg can end. */
export type TerminalStatus = 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed';
/** Who picked up, in Twilio's words. */
export type AnsweredBy =
  'human' | 'machine_start' | 'machine_end_beep' | 'machine_end_silence' | 'fax' | 'unknown';

/**
 * Texts of `metadata.termination_reason` by who ended the conversation. It is free text at the sender; only texts that leave
 * no doubt are listed, and those under `unknown` must not be guessed at. A transfer is told by
 * `features_usage.transfer_to_number.used`, whatever the text says.
 */
export const TERMINATION_REASONS = {
  customer: ['Client disconnected: 1006', 'Call ended by remote party'],
  agent: ['end_call tool was called.', 'agent ended the call'],
  timeout_max: ['Maximum duration exceeded'],
  timeout_silence: ['Silence timeout'],
  transfer: ['transfer_to_number tool was called.'],
  unknown: ['', 'Session closed'],
} as const satisfies Partial<Record<EndedBy, readonly string[]>>;

/** What Twilio's verdict on who picked up means; `unknown` is no verdict. */
export const ANSWERED_BY: Readonly<Record<AnsweredBy, Connection | null>> = {
  human: 'answered_human',
  machine_start: 'answered_machine',
  machine_end_beep: 'answered_machine',
  machine_end_silence: 'answered_machine',
  fax: 'answered_machine',
  unknown: null,
};

/** How a leg that nobody answered connected; `completed` is judged by who picked up. */
export const NOT_ANSWERED: Readonly<Record<Exclude<TerminalStatus, 'completed'>, Connection>> = {
  busy: 'busy',
  'no-answer': 'no_answer',
  canceled: 'canceled',
  failed: 'failed',
};

/** SIP response codes by which the called side refused the call, whatever the status says. */
export const REJECTING_SIP_CODES: readonly string[] = ['603', '607', '608'];

/** What `failure_reason` of an ElevenLabs `call_initiation_failure` means. */
export const FAILURE_REASONS = {
  busy: 'busy',
  'no-answer': 'no_answer',
  unknown: 'failed',
} as const satisfies Record<string, Connection>;
