/** Jobs in the book of acts: what a job does to what is held is written down before it is done. */
import type { Db } from 'mongodb';
import { hostname } from 'node:os';
import { createAuditLog, openViewer, type Act } from '../api/contract.ts';

/** An address in the book is no longer. */
const LONGEST_ADDRESS = 100;

/**
 * Writes down an act of whoever can run a job; the book names the machine.
 * @param db a prepared database
 * @param act what is done to what; it never names a telephone number or quotes what was said
 */
export async function noteAct(db: Db, act: Act): Promise<void> {
  await createAuditLog(db).note(openViewer(`job on ${hostname()}`.slice(0, LONGEST_ADDRESS)), act);
}
