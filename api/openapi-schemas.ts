/** Zod shapes as schemas of the document: those with a name stand once under `components`, and are referred to. Pure. */
import { z } from 'zod';

/** A JSON object of the document. */
export type Json = { [name: string]: unknown };

/** The schemas of one document. */
export type Schemas = {
  /** A shape as clients send it, before it is read; what JSON cannot say is anything. */
  sent(shape: z.ZodType): Json;
  /** A shape as clients receive it. */
  received(shape: z.ZodType): Json;
  /** All named shapes that were met, by name. */
  named(): Json;
};

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/**
 * Begins the schemas of a document.
 * @returns what turns shapes into schemas and gathers the named ones
 */
export function createSchemas(): Schemas {
  const names = new Map<string, Json>();
  const made = (shape: z.ZodType, io: 'input' | 'output'): Json => {
    // Within another, so that a shape with a name is referred to wherever it stands.
    const whole = z.toJSONSchema(z.strictObject({ shape }), { io, unrepresentable: 'any' });
    const { properties, $defs = {} } = referring(whole) as { properties: { shape: Json }; $defs?: Json };
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _, ...schema } = definition as Json;
      names.set(name, schema);
    }
    return properties.shape;
  };
  return {
    sent: (shape) => made(shape, 'input'),
    received: (shape) => made(shape, 'output'),
    named: () => Object.fromEntries([...names].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function referring(schema: object): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll(`"${DEFINITIONS}`, `"${COMPONENTS}`)) as Json;
}
