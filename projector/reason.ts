/** Why an event could not be folded, in words that may be stored and shown: never a value that the error quotes. Pure. */

/** What is kept of an error: longer texts are dumps of a document. */
const LONGEST = 500;
/** Quoted values, save the bare names by which the language tells of fields, and whatever could be a telephone number. */
const VALUES = /"(?:[^"\\]|\\.)*"|'(?![A-Za-z_$][\w$]*')[^']*'|\+?\d{6,}/g;

/**
 * The name and the message of an error without what it quotes: documents, and so numbers and words of callers.
 * @param error anything thrown
 * @returns at most 500 characters
 */
export function reasonOf(error: unknown): string {
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return told.replace(VALUES, '…').slice(0, LONGEST);
}
