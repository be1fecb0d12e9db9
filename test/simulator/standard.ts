/** A generic sender's events for a planned call, in the shape that callviews publishes for Standard Webhooks. */
import type { Body } from './delivery.ts';
import type { CallPlan, PlannedReport } from './planned.ts';

/**
 * The events of a call's report, if another system reports it.
 * @param call a planned call
 * @returns one body an event; the last one holds goal and sentiment
 */
export function standardBodies(call: CallPlan): Body[] {
  const { report } = call;
  if (report === null) return [];
  return report.events.map((event, index) => {
    const analysed = index === report.events.length - 1;
    const content = {
      type: event.type,
      timestamp: event.at.toISOString(),
      data: {
        ...factsOf(report),
        ...(analysed ? analysisOf(report) : {}),
        metadata: { system: 'dialler-7', attempt: 1 },
      },
    };
    return {
      path: '/webhooks/standard',
      body: Buffer.from(JSON.stringify(content), 'utf8'),
      eventKey: event.key,
      messageId: event.messageId,
      at: event.at,
    };
  });
}

function factsOf(report: PlannedReport): Record<string, unknown> {
  const local = (at: Date): string => withOffset(at, report.offsetMinutes);
  return present({
    call_id: report.reportId,
    agent_id: report.agentId,
    campaign_id: report.campaignId,
    direction: report.direction,
    started_at: local(report.startedAt),
    answered_at: report.answeredAt === null ? null : local(report.answeredAt),
    ended_at: local(report.endedAt),
    duration_seconds: report.talkSecs,
    connection: report.connection,
    ended_by: report.endedBy,
    language: report.language,
    from_number: report.fromNumber,
    to_number: report.toNumber,
    cost_usd: report.costMicroUsd === null ? null : report.costMicroUsd / 1e6,
    related_ids: report.twilioCallSid === null ? null : { twilio_call_sid: report.twilioCallSid },
  });
}

function analysisOf(report: PlannedReport): Record<string, unknown> {
  return present({
    goal: report.goal,
    sentiment: report.sentiment,
    sentiment_score: report.score === null ? null : report.score / 10_000,
    title: 'Call report',
    summary: 'The call was placed, handled and closed by the sending system.',
  });
}

/** What is not known is left out, as the shape asks for. */
function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The instant as wall-clock time of an offset, such as `2026-11-24T15:03:09.120+02:00`. */
function withOffset(at: Date, offsetMinutes: number): string {
  const local = new Date(at.getTime() + offsetMinutes * 60_000).toISOString();
  if (offsetMinutes === 0) return local;
  const size = Math.abs(offsetMinutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${local.slice(0, -1)}${offsetMinutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}
