/** The door of the API: what jobs may do with its keys and its book of acts. */
export { actsHead, verifyActs, type ActsHead } from './act-chain.ts';
export { createAuditLog, type Act } from './audit-log.ts';
export { createApiKey, listApiKeys, revokeApiKey, type ShownKey } from './keys.ts';
export { openViewer, SCOPES, type Scope } from './scopes.ts';
export type { ClientToServer, ServerToClient } from './socket-events.ts';
