/** The log of a process: JSON lines on stdout, with what must never be printed taken out. */
import { pino, type DestinationStream, type Logger } from 'pino';

/** A process's log. */
export type Log = Logger;

/** Paths whose values are never printed: credentials, signatures, telephone numbers. */
const REDACTED = [
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
  'headers["elevenlabs-signature"]',
  'headers["x-twilio-signature"]',
  'headers["webhook-signature"]',
  'fromNumber',
  'toNumber',
  '*.fromNumber',
  '*.toNumber',
];

/**
 * Makes the log of a process.
 * @param name the process, on every line
 * @param level the least level that is written, such as `info`
 * @param destination where lines go; stdout when left out
 * @returns a pino logger
 */
export function createLog(name: string, level: string, destination?: DestinationStream): Log {
  const options = { name, level, redact: { paths: REDACTED, censor: '[redacted]' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
