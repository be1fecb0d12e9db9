/** The jobs' settings, each named as in the environment. */
import { z } from 'zod';
import { port, sharedSettings } from '../ops/process/config.ts';

/** What the jobs read from the environment. */
export const JOBS_SETTINGS = z.object({
  ...sharedSettings,
  JOBS_OPS_PORT: port(9403),
});
