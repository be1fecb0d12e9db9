/** What the server's document says of each path, as types: what is asked with, what is written, what is answered. */
import type { components, paths } from './api-types.d.ts';

/** A path as the document writes it, such as `/api/db/calls/{id}`. */
export type Path = keyof paths;
/** A method as the document writes it. */
export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';
/** A named shape of the document, such as `Shape<'Call'>`. */
export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name];
/** The names of a shape with values that nobody has checked yet: what a push or an answer of an older server holds. */
export type Told<T> = { readonly [K in keyof T]?: unknown };
/** The names in an object, and after a dot those in its members: `sentiment.averageScore`. */
export type PathIn<T> = {
  [K in keyof T & string]:
    | K
    | (NonNullable<T[K]> extends readonly unknown[]
        ? never
        : NonNullable<T[K]> extends object
          ? `${K}.${keyof NonNullable<T[K]> & string}`
          : never);
}[keyof T & string];

/** What a good answer holds. */
export type Content<P extends Path, M extends Method> = paths[P][M] extends { responses: infer R }
  ? DataOf<R[keyof R & (200 | 201)]>
  : never;
type DataOf<R> = R extends { content: { 'application/json': { data: infer D } } } ? D : never;

/** What a request may have beside its path; names are the document's, values that are undefined or null are not sent. */
export type Ask<P extends Path, M extends Method> = {
  method?: M;
  query?: Sent<Given<P, M, 'query'>>;
  json?: paths[P][M] extends { requestBody: { content: { 'application/json': infer Body } } } ? Body : never;
  csv?: paths[P][M] extends { requestBody: { content: { 'text/csv': string } } } ? string : never;
  ifMatch?: number;
} & ([Given<P, M, 'path'>] extends [never]
  ? { params?: never }
  : { params: Readonly<Record<keyof Given<P, M, 'path'> & string, string>> });
type Given<P extends Path, M extends Method, In extends 'query' | 'path'> = paths[P][M] extends {
  parameters: infer Q;
}
  ? NonNullable<Q[In & keyof Q]>
  : never;
type Sent<Q> = { readonly [K in keyof Q]?: string | number | null | undefined };
