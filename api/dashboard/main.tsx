/** Starts the page: state, live board, colours, then the first paint. The range lives in the address, so it can be shared. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { startBoard } from './board.ts';
import { followTheme } from './charts/theme.ts';
import { createFormats } from './format.ts';
import { Overview } from './pages/overview.tsx';
import { rangeAt, rangeNamed, searchFor } from './range.ts';
import { createState } from './state.ts';
import './tokens.css';
import './page.css';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no #app');

const state = createState(rangeAt(rangeNamed(location.search), Date.now()), Date.now());
const board = startBoard(state);

effect(() => {
  const search = searchFor(location.search, state.range.value.name);
  if (search !== location.search) history.pushState(null, '', `${location.pathname}${search}`);
});
addEventListener('popstate', () => {
  const name = rangeNamed(location.search);
  if (name !== state.range.value.name) board.choose(name);
});

render(<Overview state={state} board={board} formats={createFormats()} theme={followTheme()} />, root);
