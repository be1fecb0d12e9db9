/** How the system stands: is it fresh, is it right, did all arrive, and what waits for an operator. */
import { useApp } from '../app.ts';
import { useLoaded } from '../loaded.ts';
import { request, type Signs } from '../request.ts';
import { arrivedLines, freshLines, rightLines, since, type Line, type Status } from '../status-lines.ts';
import { Failure, Skeleton, Trouble } from './notices.tsx';

async function loadStatus(heard: (signs: Signs) => void): Promise<Status> {
  const answer = await request('/api/db/status', {});
  heard(answer);
  return answer.data;
}

/** The page. */
export function OperationsPage() {
  const app = useApp();
  const loaded = useLoaded('status', loadStatus, 'news');
  if (loaded.value === null)
    return loaded.trouble === null ? (
      <Skeleton kind="plain" />
    ) : (
      <Failure what="The status" text={loaded.trouble} retry={loaded.retry} />
    );
  const status = loaded.value;
  const formats = app.formats.value;
  const nowMs = app.nowMs.value;
  return (
    <>
      {loaded.trouble !== null && <Trouble text={loaded.trouble} retry={loaded.retry} />}
      <div class="operations">
        <Card title="Is it fresh?" lines={freshLines(status, formats, nowMs)} />
        <Card title="Is it right?" lines={rightLines(status, formats, nowMs)} />
        <Card title="Did everything arrive?" lines={arrivedLines(status, formats, nowMs)}>
          {status.reconciled?.report != null && <pre tabIndex={0}>{status.reconciled.report}</pre>}
        </Card>
        <Jobs status={status} />
        <Views status={status} />
      </div>
    </>
  );
}

function Card({
  title,
  lines,
  children,
}: {
  title: string;
  lines: readonly Line[];
  children?: preact.ComponentChildren;
}) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <dl class="lines">
        {lines.map(({ name, value, mood, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b class={`mood-${mood}`}>
                {MARKS[mood]}
                {value}
              </b>
              <small>{note}</small>
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

/** Not by colour alone. */
const MARKS = { good: '✓ ', warn: '! ', bad: '✗ ', plain: '' } as const;

function Jobs({ status: { jobs } }: { status: Status }) {
  const { formats, nowMs } = useApp();
  const shown = formats.value;
  return (
    <section class="card" aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs by the clock</h2>
      {jobs.length === 0 ? (
        <p class="note">No job has run yet: is the jobs process up?</p>
      ) : (
        <div class="table-box" tabIndex={0} role="region" aria-label="Jobs, table">
          <table>
            <thead>
              <tr>
                <th scope="col">Job</th>
                <th scope="col">Last success</th>
                <th scope="col">State</th>
                <th scope="col" class="end">
                  Runs
                </th>
                <th scope="col" class="end">
                  Failed
                </th>
              </tr>
            </thead>
            <tbody>
              {jobs.map((job) => (
                <tr key={job.name}>
                  <th scope="row">{job.name}</th>
                  <td>{since(job.lastSuccessAt, shown, nowMs.value)}</td>
                  <td class={job.isFailing ? 'bad' : 'good'}>{job.isFailing ? '✗ failing' : '✓ well'}</td>
                  <td class="end">{shown.count(job.runs)}</td>
                  <td class="end">{shown.count(job.failures)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Views({ status: { views } }: { status: Status }) {
  const formats = useApp().formats.value;
  return (
    <section class="card" aria-labelledby="views-title">
      <h2 id="views-title">Views</h2>
      <table class="shares">
        <thead>
          <tr>
            <th scope="col">View</th>
            <th scope="col">Buckets</th>
          </tr>
        </thead>
        <tbody>
          {views.map(({ view, window, buckets }) => (
            <tr key={view + window}>
              <th scope="row">
                {view}, {window}
              </th>
              <td>{formats.count(buckets)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
