/** The webhook endpoints that are served: which sender, which secrets, which settings. Found by the path, before anything is read. */
import { PROVIDERS } from './providers/index.ts';
import type { Provider, ProviderSecret } from './providers/provider.ts';

/** One endpoint; without a secret it is known but answers 503. */
export type Endpoint = {
  provider: Provider;
  name: string;
  secrets: readonly ProviderSecret[];
  /** Version of the settings that interpretation depends on; stored with each event. */
  settingsVersion: string;
  /** Whether callbacks may come by GET, their parameters in the signed address; false where nothing says so. */
  allowGet: boolean;
};

/** Finds the endpoint of a request target, or null where no webhook lives there. */
export type Endpoints = (target: string) => Endpoint | null;

/** The endpoint that a path without a name means. */
export const DEFAULT_ENDPOINT = 'default';

const PATH = /^\/webhooks\/([a-z0-9-]{1,40})(?:\/([A-Za-z0-9_-]{1,64}))?\/?(?:\?.*)?$/;

/**
 * Makes the look-up: every sender's default endpoint.
 * @param secretsOf the secrets of a sender's default endpoint, by the sender's name
 * @returns the look-up over path and query as received
 */
export function createEndpoints(secretsOf: ReadonlyMap<string, readonly ProviderSecret[]>): Endpoints {
  const endpoints = new Map(
    PROVIDERS.map((provider): [string, Endpoint] => [
      `${provider.name}/${DEFAULT_ENDPOINT}`,
      {
        provider,
        name: DEFAULT_ENDPOINT,
        secrets: secretsOf.get(provider.name) ?? [],
        settingsVersion: '1',
        allowGet: false,
      },
    ]),
  );
  return (target) => {
    const [, provider, name = DEFAULT_ENDPOINT] = PATH.exec(target) ?? [];
    return endpoints.get(`${provider ?? ''}/${name}`) ?? null;
  };
}
