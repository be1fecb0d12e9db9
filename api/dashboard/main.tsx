/** Starts the page: what its parts share, then the first paint. */
import './begin.ts';
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { AppContext, startApp } from './app.ts';
import { Shell } from './pages/shell.tsx';
import './tokens.css';
import './page.css';
import './parts.css';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no #app');

render(
  <AppContext.Provider value={startApp()}>
    <Shell />
  </AppContext.Provider>,
  root,
);
