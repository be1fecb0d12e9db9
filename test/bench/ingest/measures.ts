/** What the system says of a process: CPU time, memory, and how much of the machine others took. */
import { readFileSync } from 'node:fs';

/** The kernel counts CPU time in hundredths of a second here. */
const US_PER_TICK = 10_000;

/** CPU time of a process so far, user and system, in µs. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold blanks; it ends with the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * US_PER_TICK;
}

/** Resident memory of a process in MB, now and at its most so far. */
export function memoryMb(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024);
  return { now: mb('VmRSS'), most: mb('VmHWM') };
}

/** Ticks of all CPUs so far: all, those in which nothing was to do, those that a hypervisor gave to others. */
export type MachineTicks = { all: number; idle: number; stolen: number };

/** Reads {@link MachineTicks}. */
export function machineTicks(): MachineTicks {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const fields = line.trim().split(/\s+/).slice(1).map(Number);
  return {
    all: fields.slice(0, 8).reduce((sum, one) => sum + one, 0),
    idle: (fields[3] ?? 0) + (fields[4] ?? 0),
    stolen: fields[7] ?? 0,
  };
}

/** How busy the whole machine was since then, 100 being all of its CPUs; what is not ours others took. */
export function busyPercent(since: MachineTicks): number {
  const now = machineTicks();
  return Math.round(100 - (100 * (now.idle - since.idle)) / (now.all - since.all));
}

/** The value at a share (0..1) of the sorted values, with one decimal; 0 where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
}

/** The middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** With one decimal. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
