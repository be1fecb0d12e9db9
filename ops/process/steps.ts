/** Crash points: named places on an event's way that a test may listen to; nobody listening costs about a nanosecond. */
import { channel, type Channel } from 'node:diagnostics_channel';

/**
 * Makes the announcer of a process's crash points.
 * @param names all its steps
 * @returns a function that publishes on the channel `callviews:step:<name>`
 */
export function createSteps<Name extends string>(names: readonly Name[]): (name: Name) => void {
  const channels = new Map<Name, Channel>(names.map((name) => [name, channel(`callviews:step:${name}`)]));
  return (name) => channels.get(name)?.publish({ at: name });
}
