/** The projector's settings, each named as in the environment. */
import { port, sharedSettings } from '../ops/process/config.ts';
import { z } from 'zod';

/** What the projector reads from the environment. */
export const PROJECTOR_SETTINGS = z.object({
  ...sharedSettings,
  PROJECTOR_OPS_PORT: port(9402),
});
