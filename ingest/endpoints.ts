/** The webhook endpoints that are served: which sender, which secrets, which settings. Found by the path, before anything is read. */
import { createHash } from 'node:crypto';
import type { Secret } from '../ops/process/config.ts';
import { DEFAULT_ENDPOINT } from './endpoints-file.ts';
import type { NamedEndpoint } from './endpoints-file.ts';
import { DEFAULT_SETTINGS, settingsVersion } from './interpret-settings.ts';
import type { InterpretSettings } from './interpret-settings.ts';
import { PROVIDERS, providerOf } from './providers/index.ts';
import type { Provider, ProviderSecret } from './providers/provider.ts';

/** One endpoint; without a secret it is known but answers 503. */
export type Endpoint = {
  provider: Provider;
  name: string;
  secrets: readonly ProviderSecret[];
  /** Address that its senders use, without path; absent: the common one. */
  publicUrl?: string;
  /** Whether its sender may use GET. */
  allowGet: boolean;
  /** What interpretation depends on beside the delivery itself. */
  settings: InterpretSettings;
  /** Version of the settings; stored with each event. */
  settingsVersion: string;
};

/** Finds the endpoint of a request target, or null where no webhook lives there. */
export type Endpoints = (target: string) => Endpoint | null;

const PATH = /^\/webhooks\/([a-z0-9-]{1,40})(?:\/([A-Za-z0-9_-]{1,64}))?\/?(?:\?.*)?$/;

/**
 * Makes the look-up: every sender's default endpoint, and the named ones.
 * @param secretsOf the secrets of a sender's default endpoint, by the sender's name
 * @param named further endpoints
 * @returns the look-up over path and query as received
 */
export function createEndpoints(
  secretsOf: ReadonlyMap<string, readonly ProviderSecret[]>,
  named: readonly Endpoint[] = [],
): Endpoints {
  const defaults = PROVIDERS.map((provider): Endpoint => ({
    provider,
    name: DEFAULT_ENDPOINT,
    secrets: secretsOf.get(provider.name) ?? [],
    allowGet: false,
    settings: DEFAULT_SETTINGS,
    settingsVersion: settingsVersion(DEFAULT_SETTINGS),
  }));
  const endpoints = new Map([...defaults, ...named].map((one) => [`${one.provider.name}/${one.name}`, one]));
  return (target) => {
    const [, provider, name = DEFAULT_ENDPOINT] = PATH.exec(target) ?? [];
    return endpoints.get(`${provider ?? ''}/${name}`) ?? null;
  };
}

/**
 * The endpoints of a checked file, as they are served.
 * @param named entries of the file
 */
export function namedEndpoints(named: readonly NamedEndpoint[]): Endpoint[] {
  return named.map(({ provider: sender, secrets, settings, ...rest }) => {
    const provider = providerOf(sender);
    if (provider === undefined) throw new Error(`no sender is called ${sender}`);
    return {
      ...rest,
      provider,
      secrets: secrets.map(namedSecret),
      settings,
      settingsVersion: settingsVersion(settings),
    };
  });
}

/**
 * A secret that can be told apart in stored events and logs.
 * @returns the secret, named by the first 8 hex digits of its hash
 */
export function namedSecret(secret: Secret): ProviderSecret {
  const value = secret.reveal();
  return { id: createHash('sha256').update(value).digest('hex').slice(0, 8), value };
}
