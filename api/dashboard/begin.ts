/** Imported before all else by `main.tsx`, for what it does: what other files do when they are evaluated takes a slow computer long. */
import { askAhead } from './ahead.ts';

askAhead();
