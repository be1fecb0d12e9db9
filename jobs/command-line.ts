/** The command line of the jobs: one command a job, with its options and arguments, and a list of them all. */
import { Command } from 'commander';
import type { Job } from './job.ts';

/** What was asked for on the command line. */
export type Asked = { job: Job; options: Record<string, unknown>; args: readonly string[] };

/**
 * Makes the command line.
 * @param jobs the jobs it knows
 * @param start called with the job asked for, its options and its arguments
 * @returns a command that has not been parsed yet; without a name, or with `--list`, it prints the jobs
 */
export function commandLine(jobs: readonly Job[], start: (asked: Asked) => Promise<void>): Command {
  const line = new Command('npm run job --')
    .usage('NAME [options]')
    .option('--list', 'list the jobs')
    .action(() => {
      const width = Math.max(...jobs.map(({ name }) => name.length));
      for (const { name, summary } of jobs) process.stdout.write(`${name.padEnd(width)}  ${summary}\n`);
    });
  for (const job of jobs) {
    const command = line.command(job.name).description(job.summary);
    const described = job.describe?.(command) ?? command;
    described.action(async () => {
      await start({ job, options: described.opts(), args: described.args });
    });
  }
  return line;
}
