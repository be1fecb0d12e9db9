/** Faults that need the rights of root: slow and failing disks by `strace`, small ones by mounts, little memory by a control group. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MEMORY_GROUPS = '/sys/fs/cgroup/memory';

/** Which injectors this machine has. */
export const CAN = {
  trace: isRoot() && answers('strace', '-V'),
  mount: isRoot() && answers('mount', '--version'),
  limitMemory: isRoot() && existsSync(join(MEMORY_GROUPS, 'memory.limit_in_bytes')),
};

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function answers(command: string, word: string): boolean {
  try {
    execFileSync(command, [word], { stdio: 'ignore' });
    return true;
  } catch {
    // Not installed: whoever asks skips its test by name.
    return false;
  }
}

/**
 * Makes system calls of a running process slow, or fail.
 * @param pid of the process, all its threads included
 * @param what in strace's words, such as `fsync,fdatasync:delay_enter=50000` (µs) or `fdatasync:error=EIO`
 * @returns disposing it lets the process go on as before
 */
export async function inject(pid: number, what: string): Promise<AsyncDisposable> {
  const calls = what.split(':')[0] ?? '';
  const args = ['-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${what}`, '-p', String(pid)];
  const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => tracer.once('close', resolve));
  const attached = new Promise<void>((resolve, reject) => {
    tracer.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('attached')) resolve();
    });
    tracer.once('close', () => reject(new Error('strace did not attach')));
  });
  await attached;
  return {
    async [Symbol.asyncDispose]() {
      tracer.kill('SIGINT');
      await ended;
    },
  };
}

/**
 * Mounts a disk in memory that is soon full.
 * @param sizeMb its size
 * @returns its folder; disposing it unmounts it, with all that is in it
 */
export async function mountSmallDisk(sizeMb: number): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'callviews-small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder]);
  return {
    folder,
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['-l', folder]);
      await rmdir(folder);
    },
  };
}

/**
 * Makes a group of processes that together may use so much memory; beyond, the kernel kills.
 * @param bytes the limit
 * @returns how to put a process into it, and the most it has used; dispose it when its processes are gone
 */
export async function limitMemory(bytes: number) {
  const folder = join(MEMORY_GROUPS, `callviews-test-${process.pid}-${Date.now()}`);
  await mkdir(folder);
  await writeFile(join(folder, 'memory.limit_in_bytes'), String(bytes));
  return {
    take: (pid: number) => writeFile(join(folder, 'cgroup.procs'), String(pid)),
    mostBytes: async () => Number(await readFile(join(folder, 'memory.max_usage_in_bytes'), 'utf8')),
    async [Symbol.asyncDispose]() {
      // A group is held for a moment after its last process has ended.
      for (let tries = 0; existsSync(folder) && tries < 50; tries += 1) {
        await rmdir(folder).catch(() => sleep(100));
      }
    },
  };
}
