/** The words the validators of ingest's collections are written in. */

/** Text up to a length. */
export const text = (maxLength: number) => ({ bsonType: 'string', maxLength });
/** An instant. */
export const date = { bsonType: 'date' };
/** A whole number, however the driver wrote it. */
export const integer = { bsonType: ['int', 'long', 'double'], multipleOf: 1 };
/** A count or a length. */
export const nonNegative = { ...integer, minimum: 0 };
/** Kept headers of a request. */
export const headers = { bsonType: 'object', additionalProperties: text(4_096) };
/** A SHA-256 in hex. */
export const sha256 = { bsonType: 'string', pattern: '^[0-9a-f]{64}$' };
