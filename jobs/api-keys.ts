/** `npm run job -- create-api-key`, `list-api-keys`, `revoke-api-key`: who may ask the API, by hand only; each act is written down. */
import { InvalidArgumentError, type Command } from 'commander';
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
  SCOPES,
  type Scope,
  type ShownKey,
} from '../api/contract.ts';
import { noteAct } from './acts.ts';
import type { Job } from './job.ts';
import { tableOf } from './table.ts';

const DAY_MS = 86_400_000;
const LONGEST_NAME = 100;

/** Makes a key and prints it, once. */
export const createApiKeyJob: Job = {
  name: 'create-api-key',
  summary: 'make a key for the API; it is printed once and kept nowhere',
  describe: (command: Command) =>
    command
      .requiredOption('--name <text>', 'whose key it is', nameOf)
      .option('--scopes <list>', `comma between: ${SCOPES.join(', ')}`, scopesOf, ['read'])
      .option('--days <n>', 'how long it is good for; for ever when left out', daysOf),
  async run({ db, print }, options) {
    const { name, scopes, days } = options as { name: string; scopes: Scope[]; days?: number };
    const expiresAt = days === undefined ? null : new Date(Date.now() + days * DAY_MS);
    const details = { name, scopes: scopes.join(',') };
    await noteAct(db, { act: 'key_created', subject: name, details });
    const { key, shown } = await createApiKey(db, { name, scopes, expiresAt });
    print(key);
    print(`id ${shown.id}: ${scopes.join(', ')}, ${untilOf(shown)}. It is shown this once.`);
    return 'done';
  },
};

/** Lists keys, revoked ones too. */
export const listApiKeysJob: Job = {
  name: 'list-api-keys',
  summary: 'list the keys of the API, without the keys themselves',
  async run({ db, print }) {
    const rows = (await listApiKeys(db)).map((key) => [
      ...[key.id, key.name, key.scopes.join(','), dayOf(key.createdAt), dayOf(key.lastUsedAt)],
      stateOf(key),
    ]);
    if (rows.length === 0) print('no key was made yet: the API answers this machine alone');
    for (const line of tableOf(['id', 'name', 'scopes', 'made', 'last used', 'state'], rows)) print(line);
    return 'done';
  },
};

/** Revokes a key. */
export const revokeApiKeyJob: Job = {
  name: 'revoke-api-key',
  summary: 'revoke a key of the API for ever',
  describe: (command: Command) => command.argument('<id>', 'as list-api-keys shows it'),
  async run({ db, print }, _options, [id = ''] = []) {
    const isRevoked = await revokeApiKey(db, id);
    if (!isRevoked) {
      print(`${id}: no such key, or revoked before; list-api-keys lists them`);
      return 'failed';
    }
    await noteAct(db, { act: 'key_revoked', subject: id });
    print(`${id}: revoked; within seconds nobody gets an answer by it`);
    return 'done';
  },
};

function nameOf(text: string): string {
  if (text.trim() === '' || text.length > LONGEST_NAME)
    throw new InvalidArgumentError(`a text of 1 to ${LONGEST_NAME} characters is needed`);
  return text;
}

function scopesOf(text: string): Scope[] {
  const asked = [...new Set(text.split(',').map((one) => one.trim()))];
  const scopes = SCOPES.filter((scope) => asked.includes(scope));
  if (scopes.length !== asked.length) throw new InvalidArgumentError(`only these: ${SCOPES.join(', ')}`);
  return scopes;
}

function daysOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('1 to 9999 days');
  return Number(text);
}

function untilOf({ expiresAt }: ShownKey): string {
  return expiresAt === null ? 'for ever' : `until ${expiresAt.toISOString()}`;
}

function dayOf(at: Date | null): string {
  return at === null ? '-' : at.toISOString().slice(0, 10);
}

function stateOf(key: ShownKey): string {
  if (key.revokedAt !== null) return `revoked ${dayOf(key.revokedAt)}`;
  if (key.expiresAt !== null && key.expiresAt.getTime() <= Date.now()) return 'expired';
  return untilOf(key);
}
