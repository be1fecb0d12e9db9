/** `quarantine list` and `quarantine show`: what is in quarantine, for a person; bodies only where they are asked for. */
import type { QuarantinedDelivery } from '../../ingest/contract.ts';
import type { JobParts, JobResult } from '../job.ts';
import { tableOf } from '../table.ts';
import { filterOf, idsNamed, SHOWN_DIGITS, type Quarantined } from './choose.ts';

const DEFAULT_LIMIT = 50;
/** So many characters of a signature tell two apart; the whole of it is nobody's business. */
const SIGNATURE_SHOWN = 12;
const HEX_DIGITS_A_LINE = 64;

/**
 * Prints a table, the newest first.
 * @param parts what the job works with
 * @param quarantine the collection
 * @param options filters, `limit`
 */
export async function list(
  { print }: Pick<JobParts, 'print'>,
  quarantine: Quarantined,
  options: Readonly<Record<string, unknown>>,
): Promise<JobResult> {
  const limit = typeof options['limit'] === 'number' ? options['limit'] : DEFAULT_LIMIT;
  const filter = filterOf(options);
  const rows = await quarantine
    .aggregate<Omit<QuarantinedDelivery, 'body'> & { bytes: number }>([
      { $match: filter },
      { $sort: { receivedAt: -1 } },
      { $limit: limit },
      { $set: { bytes: { $binarySize: '$body' } } },
      { $unset: ['body', 'headers'] },
    ])
    .toArray();
  const table = tableOf(
    ['id', 'received', 'from', 'reason', 'issues', 'bytes'],
    rows.map((one) => [
      one._id.slice(0, SHOWN_DIGITS),
      one.receivedAt.toISOString(),
      `${one.provider}/${one.endpoint}`,
      one.reason,
      one.issues.join(', ') || '-',
      one.bytes,
    ]),
  );
  if (rows.length > 0) for (const line of table) print(line);
  const all = await quarantine.countDocuments(filter);
  print(`${all} in quarantine${rows.length < all ? `, the newest ${rows.length} shown` : ''}`);
  return 'done';
}

/**
 * Prints one document. Of its target only what names no person: values of a query may be telephone numbers.
 * @param parts what the job works with
 * @param quarantine the collection
 * @param asked the id, and whether the body and the whole target are wanted
 */
export async function show(
  { print }: Pick<JobParts, 'print'>,
  quarantine: Quarantined,
  asked: { word: string; wholly: boolean },
): Promise<JobResult> {
  const { ids, faults } = await idsNamed(quarantine, [asked.word]);
  const one = await quarantine.findOne({ _id: ids[0] ?? '' });
  if (one === null) {
    print(faults[0] ?? `${asked.word}: no such document in quarantine`);
    return 'failed';
  }
  const body = Buffer.from(one.body.buffer);
  const headers = Object.entries(one.headers).map(
    ([name, value]) => `  ${name}: ${headerShown(name, value)}`,
  );
  const lines = [
    `id        ${one._id}`,
    `from      ${one.provider}/${one.endpoint}`,
    `received  ${one.receivedAt.toISOString()}`,
    `reason    ${one.reason}`,
    `issues    ${one.issues.join(', ') || '-'}`,
    `target    ${asked.wholly ? one.target : targetShown(one.target)}`,
    `sha256    ${one.bodySha256}`,
    `bytes     ${body.length}`,
    'headers',
    ...headers,
    ...(asked.wholly
      ? ['body', ...bodyLines(body)]
      : ['body      not shown, it may hold personal data: --body shows it']),
  ];
  for (const line of lines) print(line);
  return 'done';
}

function headerShown(name: string, value: string): string {
  if (!/signature|secret|token|authorization/.test(name) || value.length <= SIGNATURE_SHOWN) return value;
  return `${value.slice(0, SIGNATURE_SHOWN)}… (${value.length} characters)`;
}

function targetShown(target: string): string {
  const [path = '', query] = target.split('?');
  if (query === undefined) return path;
  const names = query.split('&').map((pair) => `${pair.split('=')[0] ?? ''}=…`);
  return `${path}?${names.join('&')}`;
}

/** Text where it is text that a terminal may show, hex elsewhere. */
function bodyLines(body: Buffer): string[] {
  const text = body.toString('utf8');
  const isText =
    Buffer.from(text, 'utf8').equals(body) && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text);
  return isText
    ? text.split('\n')
    : (body.toString('hex').match(new RegExp(`.{1,${HEX_DIGITS_A_LINE}}`, 'g')) ?? []);
}
