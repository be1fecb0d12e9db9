/** What a key lets its holder do: an allow-list of acts and of fields. Pure. */

/** All scopes: to read numbers; whole telephone numbers and what was said; to write campaigns; to read metrics; to administer. */
export const SCOPES = ['read', 'pii', 'campaigns', 'metrics', 'admin'] as const;
/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/**
 * Who asks. `keyId` is null for whoever needs no key here; `address` is that of the connection. `numbers`: telephone numbers are
 * shown whole; `text`: what was said may be read and heard.
 */
export type Viewer = {
  keyId: string | null;
  address: string;
  scopes: ReadonlySet<Scope>;
  numbers: boolean;
  text: boolean;
};

/** Without keys a machine's own user may do all that is not administration; numbers stay cut, since screens are shared. */
const OPEN_SCOPES: ReadonlySet<Scope> = new Set<Scope>(['read', 'campaigns', 'metrics']);

/**
 * Who asks without a key where none is needed.
 * @param address of the connection
 * @returns the viewer
 */
export function openViewer(address: string): Viewer {
  return { keyId: null, address, scopes: OPEN_SCOPES, numbers: false, text: true };
}

/**
 * Who asks with a key.
 * @param key its id and scopes
 * @param address of the connection
 * @returns the viewer; fields beyond numbers of calls are shown to `pii` alone
 */
export function keyViewer(key: { id: string; scopes: readonly Scope[] }, address: string): Viewer {
  const scopes = new Set(key.scopes);
  const isTrusted = scopes.has('pii');
  return { keyId: key.id, address, scopes, numbers: isTrusted, text: isTrusted };
}
