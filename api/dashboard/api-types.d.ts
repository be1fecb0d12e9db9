/** The types of the HTTP API. Made by `npm run generate` from the document of `api/openapi.ts`. */
export interface paths {
  '/api/db/analytics/breakdown/{dimension}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving breakdown analytics */
    get: operations['getAnalyticsBreakdownDimension'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/analytics/duration/{period}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving call duration analytics */
    get: operations['getAnalyticsDurationPeriod'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/analytics/explain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving the explanation */
    get: operations['getAnalyticsExplain'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/analytics/outcomes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving call outcome analytics */
    get: operations['getAnalyticsOutcomes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/analytics/real-time': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving real-time analytics */
    get: operations['getAnalyticsRealTime'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/analytics/sentiment': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving sentiment analytics */
    get: operations['getAnalyticsSentiment'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/analytics/summary': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving summary analytics */
    get: operations['getAnalyticsSummary'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/calls': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving calls */
    get: operations['getCalls'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/calls/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving call */
    get: operations['getCallsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/calls/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving events */
    get: operations['getCallsIdEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/calls/{id}/recording': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving recording */
    get: operations['getCallsIdRecording'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/calls/{id}/recording/{sha256}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving recording */
    get: operations['getCallsIdRecordingSha256'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/calls/{id}/transcript': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving transcript */
    get: operations['getCallsIdTranscript'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving campaigns */
    get: operations['getCampaigns'];
    put?: never;
    /** Changing campaign */
    post: operations['postCampaigns'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving campaign */
    get: operations['getCampaignsId'];
    put?: never;
    post?: never;
    /** Changing campaign */
    delete: operations['deleteCampaignsId'];
    options?: never;
    head?: never;
    /** Changing campaign */
    patch: operations['patchCampaignsId'];
    trace?: never;
  };
  '/api/db/campaigns/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Changing campaign */
    post: operations['postCampaignsIdCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/{id}/complete': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Changing campaign */
    post: operations['postCampaignsIdComplete'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Changing campaign */
    post: operations['postCampaignsIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Changing campaign */
    post: operations['postCampaignsIdResume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/{id}/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Changing campaign */
    post: operations['postCampaignsIdStart'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/{id}/targets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving target numbers */
    get: operations['getCampaignsIdTargets'];
    /** Storing target numbers */
    put: operations['putCampaignsIdTargets'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/campaigns/compare': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Comparing campaigns */
    get: operations['getCampaignsCompare'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Retrieving status */
    get: operations['getStatus'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/db/transcripts/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Searching transcripts */
    get: operations['getTranscriptsSearch'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Signing in */
    post: operations['postSession'];
    /** Signing out */
    delete: operations['deleteSession'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Call: {
      agentId: string | null;
      agentName: string | null;
      aliases: string[];
      answeredAt: components['schemas']['Instant'] | null;
      callId: string;
      campaignId: string | null;
      /** @enum {string} */
      connection:
        | 'answered_human'
        | 'answered_machine'
        | 'answered_unknown'
        | 'busy'
        | 'no_answer'
        | 'canceled'
        | 'rejected'
        | 'failed'
        | 'in_progress'
        | 'unknown';
      costCredits: number | null;
      costMicroUsd: number | null;
      direction: ('inbound' | 'outbound') | null;
      durationMs: number | null;
      endedAt: components['schemas']['Instant'] | null;
      endedBy:
        | (
            | 'customer'
            | 'agent'
            | 'transfer'
            | 'timeout_silence'
            | 'timeout_max'
            | 'platform_error'
            | 'telephony_error'
            | 'unknown'
          )
        | null;
      endpoints: string[];
      endReason: string | null;
      factsVersion: number;
      firstEventAt: components['schemas']['Instant'];
      /** @description Its last four digits, such as …1234; whole with the scope pii */
      fromNumber: string | null;
      /** @enum {string} */
      goal: 'success' | 'failure' | 'unknown';
      goalScore: number | null;
      language: string | null;
      lastEventAt: components['schemas']['Instant'];
      providers: string[];
      revision: number;
      sentiment: ('positive' | 'neutral' | 'negative' | 'mixed') | null;
      sentimentScore: number | null;
      sentimentSource: ('provider' | 'endpoint_mapping' | 'operator' | 'sender' | 'local') | null;
      sentimentVersion: string | null;
      startedAt: components['schemas']['Instant'] | null;
      status: ('queued' | 'ringing' | 'in_progress' | 'ended') | null;
      summary: string | null;
      title: string | null;
      /** @description Its last four digits, such as …1234; whole with the scope pii */
      toNumber: string | null;
    };
    CallInFull: {
      agentId: string | null;
      agentName: string | null;
      aliases: string[];
      answeredAt: components['schemas']['Instant'] | null;
      callId: string;
      campaignId: string | null;
      /** @enum {string} */
      connection:
        | 'answered_human'
        | 'answered_machine'
        | 'answered_unknown'
        | 'busy'
        | 'no_answer'
        | 'canceled'
        | 'rejected'
        | 'failed'
        | 'in_progress'
        | 'unknown';
      costCredits: number | null;
      costMicroUsd: number | null;
      direction: ('inbound' | 'outbound') | null;
      durationMs: number | null;
      endedAt: components['schemas']['Instant'] | null;
      endedBy:
        | (
            | 'customer'
            | 'agent'
            | 'transfer'
            | 'timeout_silence'
            | 'timeout_max'
            | 'platform_error'
            | 'telephony_error'
            | 'unknown'
          )
        | null;
      endpoints: string[];
      endReason: string | null;
      factsVersion: number;
      firstEventAt: components['schemas']['Instant'];
      /** @description Its last four digits, such as …1234; whole with the scope pii */
      fromNumber: string | null;
      /** @enum {string} */
      goal: 'success' | 'failure' | 'unknown';
      goalScore: number | null;
      language: string | null;
      lastEventAt: components['schemas']['Instant'];
      parts: components['schemas']['Part'][];
      providers: string[];
      revision: number;
      sentiment: ('positive' | 'neutral' | 'negative' | 'mixed') | null;
      sentimentScore: number | null;
      sentimentSource: ('provider' | 'endpoint_mapping' | 'operator' | 'sender' | 'local') | null;
      sentimentVersion: string | null;
      startedAt: components['schemas']['Instant'] | null;
      status: ('queued' | 'ringing' | 'in_progress' | 'ended') | null;
      summary: string | null;
      title: string | null;
      /** @description Its last four digits, such as …1234; whole with the scope pii */
      toNumber: string | null;
    };
    Campaign: {
      agentId: string | null;
      createdAt: components['schemas']['Instant'];
      endedAt: components['schemas']['Instant'] | null;
      goals: string[];
      id: string;
      key: string;
      name: string;
      provider: string | null;
      revision: number;
      scheduledAt: components['schemas']['Instant'] | null;
      startedAt: components['schemas']['Instant'] | null;
      /** @enum {string} */
      status: 'draft' | 'scheduled' | 'running' | 'paused' | 'completed' | 'canceled';
      targets: number;
      updatedAt: components['schemas']['Instant'];
    };
    CampaignCounters: {
      activeCalls: number;
      answeredCalls: number;
      answerRate: number | null;
      averageDurationSeconds: number | null;
      failure: number;
      measuredCalls: number;
      p50DurationSeconds: number | null;
      p90DurationSeconds: number | null;
      p95DurationSeconds: number | null;
      p99DurationSeconds: number | null;
      queuedCalls: number;
      sentiment: {
        averageScore: number | null;
        mixed: number;
        negative: number;
        neutral: number;
        percentages: components['schemas']['SentimentShares'];
        positive: number;
        unknown: number;
      };
      success: number;
      successRate: number | null;
      totalCalls: number;
      /** @description Null where no call of them has a cost, or all have one of 0 */
      totalCostCredits: number | null;
      /** @description Null where no call of them has a cost, or all have one of 0 */
      totalCostUsd: number | null;
      totalDurationSeconds: number;
    };
    /** @description Integers by the dotted path of their cell */
    Cells: {
      [key: string]: number;
    };
    ComparedCampaign: {
      id: string | null;
      key: string;
      name: string | null;
      numbers: components['schemas']['Headline'];
    };
    ConnectionCounts: {
      answered_human: number;
      answered_machine: number;
      answered_unknown: number;
      busy: number;
      canceled: number;
      failed: number;
      in_progress: number;
      no_answer: number;
      rejected: number;
      unknown: number;
    };
    /** @description One call of a bucket: the cells it adds, and its events */
    Contributor: {
      adds: components['schemas']['Cells'];
      callId: string;
      disagreements: components['schemas']['Disagreement'][];
      events: components['schemas']['Event'][];
      factsVersion: number;
      revision: number;
      startedAt: components['schemas']['Instant'] | null;
    };
    CountedCampaign: {
      agentId: string | null;
      counters: components['schemas']['CampaignCounters'];
      createdAt: components['schemas']['Instant'];
      endedAt: components['schemas']['Instant'] | null;
      goals: string[];
      id: string;
      key: string;
      name: string;
      provider: string | null;
      revision: number;
      scheduledAt: components['schemas']['Instant'] | null;
      startedAt: components['schemas']['Instant'] | null;
      /** @enum {string} */
      status: 'draft' | 'scheduled' | 'running' | 'paused' | 'completed' | 'canceled';
      targets: number;
      updatedAt: components['schemas']['Instant'];
    };
    /** @description Different words under one label, and the one that is believed */
    Disagreement: {
      believed: string | null;
      /** @enum {string} */
      label: 'connection' | 'endedBy' | 'goal' | 'sentiment';
      stated: {
        eventId: string;
        provider: string;
        word: string;
      }[];
    };
    DurationRow: {
      answeredCalls: number;
      averageDurationSeconds: number | null;
      complete: boolean;
      end: components['schemas']['Instant'];
      measuredCalls: number;
      p50DurationSeconds: number | null;
      p90DurationSeconds: number | null;
      p95DurationSeconds: number | null;
      p99DurationSeconds: number | null;
      period: string;
      start: components['schemas']['Instant'];
      totalCalls: number;
      totalCostCredits: number;
      totalCostUsd: number;
      totalDurationSeconds: number;
    };
    /** @enum {string} */
    EmptyBecause: 'no_calls' | 'filtered_out' | 'late' | 'outside_retention';
    EndedByCounts: {
      agent: number;
      customer: number;
      platform_error: number;
      telephony_error: number;
      timeout_max: number;
      timeout_silence: number;
      transfer: number;
      unknown: number;
    };
    /** @description One signed webhook: the groups it speaks of and those it decided */
    Event: {
      decided: {
        [key: string]: unknown;
      };
      endpoint: string;
      eventAt: components['schemas']['Instant'];
      factsVersion: number;
      flags: string[];
      id: string;
      labels: {
        [key: string]: string;
      };
      partId: string | null;
      provider: string;
      receivedAt: components['schemas']['Instant'];
      states: string[];
      type: string;
    };
    Failure: {
      details?: unknown;
      error: string;
      /** @constant */
      success: false;
      timestamp: components['schemas']['Instant'];
    };
    /** @description The last committed update in the answer, and its instant */
    Freshness: {
      asOf: components['schemas']['Instant'] | null;
      complete: boolean;
      leftOut?: {
        names: string[];
        rows: number;
      };
      openUntil: components['schemas']['Instant'] | null;
      reached?: boolean;
      sequence: number;
      /** @enum {string} */
      source: 'views' | 'calls';
    };
    Headline: {
      answeredCalls: number;
      answerRate: number | null;
      averageDurationSeconds: number | null;
      failure: number;
      measuredCalls: number;
      p50DurationSeconds: number | null;
      p90DurationSeconds: number | null;
      p95DurationSeconds: number | null;
      p99DurationSeconds: number | null;
      sentiment: {
        averageScore: number | null;
        mixed: number;
        negative: number;
        neutral: number;
        percentages: components['schemas']['SentimentShares'];
        positive: number;
        unknown: number;
      };
      success: number;
      successRate: number | null;
      totalCalls: number;
      /** @description Null where no call of them has a cost, or all have one of 0 */
      totalCostCredits: number | null;
      /** @description Null where no call of them has a cost, or all have one of 0 */
      totalCostUsd: number | null;
      totalDurationSeconds: number;
    };
    HeadlineChange: {
      answeredCalls: number | null;
      answerRate: number | null;
      averageDurationSeconds: number | null;
      failure: number | null;
      measuredCalls: number | null;
      p50DurationSeconds: number | null;
      p90DurationSeconds: number | null;
      p95DurationSeconds: number | null;
      p99DurationSeconds: number | null;
      sentiment: {
        averageScore: number | null;
        mixed: number | null;
        negative: number | null;
        neutral: number | null;
        percentages: {
          mixed: number | null;
          negative: number | null;
          neutral: number | null;
          positive: number | null;
        };
        positive: number | null;
        unknown: number | null;
      };
      success: number | null;
      successRate: number | null;
      totalCalls: number | null;
      totalCostCredits: number | null;
      totalCostUsd: number | null;
      totalDurationSeconds: number | null;
    };
    /** @description Offsets are UTF-16 units of the snippet, ends exclusive */
    Hit: {
      callId: string | null;
      toldAt: components['schemas']['Instant'];
      transcriptId: string;
      turns: {
        atSeconds: number | null;
        matches: {
          end: number;
          start: number;
        }[];
        snippet: string;
        snippetOffset: number;
        /** @enum {string} */
        speaker: 'caller' | 'agent' | 'unknown';
        turn: number;
      }[];
    };
    /**
     * Format: date-time
     * @description An instant in UTC, such as 2026-11-23T10:00:00.000Z
     */
    Instant: string;
    OutcomeRow: {
      answered: number;
      answerRate: number | null;
      complete: boolean;
      connection: components['schemas']['ConnectionCounts'];
      date: string;
      end: components['schemas']['Instant'];
      ended: number;
      endedAnswered: number;
      endedBy: components['schemas']['EndedByCounts'];
      failure: number;
      period: string;
      start: components['schemas']['Instant'];
      success: number;
      successRate: number | null;
      totalCalls: number;
      unknown: number;
    };
    /** @description What one witness said of a call, group by group */
    Part: {
      endpoints: string[];
      factsVersion: number;
      firstEventAt: components['schemas']['Instant'];
      groups: {
        [key: string]: unknown;
      };
      id: string;
      lastEventAt: components['schemas']['Instant'];
      links: string[];
      parentPartId: string | null;
      providers: string[];
      /** @enum {string} */
      witness: 'leg' | 'conversation' | 'report';
    };
    PreviousTimeframe: {
      from: components['schemas']['Instant'];
      to: components['schemas']['Instant'];
    };
    RankedDurations: {
      answeredCalls: number;
      averageDurationSeconds: number | null;
      key: string | null;
      /** @enum {string} */
      kind: 'top' | 'withoutKey' | 'other' | 'totals';
      measuredCalls: number;
      totalCalls: number;
      /** @description Null where no call of them has a cost, or all have one of 0 */
      totalCostCredits: number | null;
      /** @description Null where no call of them has a cost, or all have one of 0 */
      totalCostUsd: number | null;
      totalDurationSeconds: number;
      value: number | null;
    };
    RankedOutcomes: {
      answered: number;
      answerRate: number | null;
      connection: components['schemas']['ConnectionCounts'];
      ended: number;
      endedAnswered: number;
      endedBy: components['schemas']['EndedByCounts'];
      failure: number;
      key: string | null;
      /** @enum {string} */
      kind: 'top' | 'withoutKey' | 'other' | 'totals';
      success: number;
      successRate: number | null;
      totalCalls: number;
      unknown: number;
      value: number | null;
    };
    /** @description Its numbers are those of the view that the metric is read from */
    RankedRow:
      | components['schemas']['RankedDurations']
      | components['schemas']['RankedOutcomes']
      | components['schemas']['RankedSentiment'];
    RankedSentiment: {
      averageScore: number | null;
      key: string | null;
      /** @enum {string} */
      kind: 'top' | 'withoutKey' | 'other' | 'totals';
      mixed: number;
      negative: number;
      neutral: number;
      percentages: components['schemas']['SentimentShares'];
      positive: number;
      scoredCalls: number;
      sources: components['schemas']['SentimentSourceCounts'];
      total: number;
      unknown: number;
      value: number | null;
    };
    Recording: {
      audio: {
        bytes: number;
        href: string;
        isHeld: boolean;
        sha256: string;
      } | null;
      channels: number | null;
      durationMs: number | null;
      endpoint: string;
      eventAt: components['schemas']['Instant'];
      id: string;
      origin: string | null;
      partId: string;
      provider: string;
      receivedAt: components['schemas']['Instant'];
      startedAt: components['schemas']['Instant'] | null;
      /** @enum {string} */
      state: 'in_progress' | 'completed' | 'absent';
      url: string | null;
    };
    SentimentDistribution: {
      averageScore: number | null;
      mixed: number;
      negative: number;
      neutral: number;
      percentages: components['schemas']['SentimentShares'];
      positive: number;
      scoredCalls: number;
      sources: components['schemas']['SentimentSourceCounts'];
      total: number;
      unknown: number;
    };
    SentimentRow: {
      averageScore: number | null;
      complete: boolean;
      end: components['schemas']['Instant'];
      mixed: number;
      negative: number;
      neutral: number;
      percentages: components['schemas']['SentimentShares'];
      period: string;
      positive: number;
      scoredCalls: number;
      sources: components['schemas']['SentimentSourceCounts'];
      start: components['schemas']['Instant'];
      total: number;
      unknown: number;
    };
    SentimentShares: {
      mixed: number | null;
      negative: number | null;
      neutral: number | null;
      positive: number | null;
    };
    SentimentSourceCounts: {
      endpoint_mapping: number;
      local: number;
      operator: number;
      provider: number;
      sender: number;
    };
    /** @description Dates as given, the instants they came to, and the zone */
    Timeframe: {
      endDate: string | null;
      from: components['schemas']['Instant'];
      startDate: string | null;
      timeZone: string;
      to: components['schemas']['Instant'];
    };
    Transcript: {
      id: string;
      language: string | null;
      provider: string;
      receivedAt: components['schemas']['Instant'];
      sentimentBy: string;
      turns: components['schemas']['Turn'][];
      turnsComplete: boolean;
    };
    Turn: {
      atSeconds: number | null;
      sentiment: ('positive' | 'neutral' | 'negative' | 'mixed') | null;
      sentimentScore: number | null;
      /** @enum {string} */
      speaker: 'caller' | 'agent' | 'unknown';
      text: string | null;
    };
    /** @description Bodies that came under one id, the first before the others */
    Variants: {
      bodies: {
        /** @description As received; with the scope pii alone */
        body: string | null;
        bodyComplete: boolean;
        bytes: number | null;
        eventId: string;
        isVariant: boolean;
        receivedAt: components['schemas']['Instant'];
        sha256: string;
      }[];
      provider: string;
      type: string;
    };
  };
  responses: {
    /** @description The request cannot be answered as asked; the text says why */
    Refused400: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description A key is needed, or this one is not good */
    Refused401: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The key lacks a scope, or the page is of elsewhere */
    Refused403: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description Nothing is known by this name */
    Refused404: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The path knows other methods */
    Refused405: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The present state does not allow it */
    Refused409: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The revision is not the present one */
    Refused412: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The body is too long */
    Refused413: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The body is of another kind */
    Refused415: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The range lies beyond the end */
    Refused416: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description Too many requests; Retry-After says when to ask again */
    Refused429: {
      headers: {
        'Retry-After': components['headers']['Retry-After'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description A fault of ours */
    Refused500: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
    /** @description The database cannot be asked; Retry-After says when to ask again */
    Refused503: {
      headers: {
        'Retry-After': components['headers']['Retry-After'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Failure'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: {
    /** @description The last commit known at the answering */
    'Callviews-As-Of': string;
    /** @description How old what is missing may be */
    'Callviews-Lag-Ms': number;
    /** @description true where the views are behind */
    'Callviews-Stale': string;
    /** @description To be sent back as If-None-Match */
    ETag: string;
    /** @description Seconds to wait */
    'Retry-After': number;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getAnalyticsBreakdownDimension: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description Only calls of this agent; empty for those without one */
        agentId?: string;
        /** @description Only calls of this campaign; empty for those without one */
        campaignId?: string;
        /** @description Only calls of this direction; empty for those without one */
        direction?: string;
        /**
         * @description A date, which is then included, or a date-time, which is not
         * @example 2026-03-15
         */
        endDate?: string;
        /** @description Whether periods without calls are listed */
        fill?: 'true' | 'false';
        format?: 'json' | 'csv' | 'ndjson';
        /** @description Only calls of this language; empty for those without one */
        language?: string;
        /** @example successRate */
        metric?: 'calls' | 'duration' | 'successRate' | 'answerRate' | 'sentiment' | 'cost';
        /** @description Only calls of this provider; empty for those without one */
        provider?: string;
        /**
         * @description An ISO date, or a date-time with offset, between 2015 and a year from now
         * @example 2026-03-09
         */
        startDate?: string;
        /**
         * @description An IANA zone, such as Europe/Berlin
         * @example Europe/Berlin
         */
        timeZone?: string;
        /** @example 5 */
        top?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example agent */
        dimension: 'agent' | 'campaign' | 'provider' | 'direction' | 'language';
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              /** @enum {string} */
              dimension: 'agent' | 'campaign' | 'provider' | 'direction' | 'language';
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              keys: number;
              /** @enum {string} */
              metric: 'calls' | 'duration' | 'successRate' | 'answerRate' | 'sentiment' | 'cost';
              other: components['schemas']['RankedRow'] | null;
              timeframe: components['schemas']['Timeframe'];
              top: components['schemas']['RankedRow'][];
              totals: components['schemas']['RankedRow'];
              withoutKey: components['schemas']['RankedRow'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
          'application/x-ndjson': string;
          'text/csv': string;
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getAnalyticsDurationPeriod: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description Only calls of this agent; empty for those without one */
        agentId?: string;
        /** @description Only calls of this campaign; empty for those without one */
        campaignId?: string;
        /** @description Only calls of this direction; empty for those without one */
        direction?: string;
        /**
         * @description A date, which is then included, or a date-time, which is not
         * @example 2026-03-15
         */
        endDate?: string;
        /** @description Whether periods without calls are listed */
        fill?: 'true' | 'false';
        format?: 'json' | 'csv' | 'ndjson';
        /** @description Only calls of this language; empty for those without one */
        language?: string;
        /** @description Only calls of this provider; empty for those without one */
        provider?: string;
        /**
         * @description An ISO date, or a date-time with offset, between 2015 and a year from now
         * @example 2026-03-09
         */
        startDate?: string;
        /**
         * @description An IANA zone, such as Europe/Berlin
         * @example Europe/Berlin
         */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example day */
        period: 'hour' | 'day' | 'week' | 'month';
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              /** @enum {string} */
              period: 'hour' | 'day' | 'week' | 'month';
              stats: components['schemas']['DurationRow'][];
              timeframe: components['schemas']['Timeframe'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
          'application/x-ndjson': string;
          'text/csv': string;
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getAnalyticsExplain: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /**
         * @description An instant in the bucket
         * @example 2026-03-10T10:00:00Z
         */
        at?: string;
        cursor?: string;
        limit?: string;
        /**
         * @description `all`, or a dimension and its key: `agent:agent_1`
         * @example agent:agent_1
         */
        slice?: string;
        /** @example outcome */
        view?: 'duration' | 'outcome' | 'sentiment';
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
        /** @example hourly */
        window?: 'hourly' | 'daily';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              at: components['schemas']['Instant'];
              bucket:
                | components['schemas']['DurationRow']
                | components['schemas']['OutcomeRow']
                | components['schemas']['SentimentRow'];
              calls: components['schemas']['Contributor'][];
              cells: components['schemas']['Cells'];
              emptyBecause?: components['schemas']['EmptyBecause'];
              eventsComplete: boolean;
              factsVersions: {
                [key: string]: number;
              } | null;
              freshness: components['schemas']['Freshness'];
              nextCursor: string | null;
              revision: number | null;
              sentimentVersions: {
                [key: string]: number;
              } | null;
              slice: string;
              sum: components['schemas']['Cells'] | null;
              sumEqualsBucket: boolean | null;
              /** @enum {string} */
              view: 'duration' | 'outcome' | 'sentiment';
              /** @enum {string} */
              window: 'hourly' | 'daily';
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getAnalyticsOutcomes: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description Only calls of this agent; empty for those without one */
        agentId?: string;
        /** @description Only calls of this campaign; empty for those without one */
        campaignId?: string;
        /** @description Only calls of this direction; empty for those without one */
        direction?: string;
        /**
         * @description A date, which is then included, or a date-time, which is not
         * @example 2026-03-15
         */
        endDate?: string;
        /** @description Whether periods without calls are listed */
        fill?: 'true' | 'false';
        format?: 'json' | 'csv' | 'ndjson';
        /** @description Only calls of this language; empty for those without one */
        language?: string;
        /** @example hour */
        period?: 'hour' | 'day' | 'week' | 'month';
        /** @description Only calls of this provider; empty for those without one */
        provider?: string;
        /**
         * @description An ISO date, or a date-time with offset, between 2015 and a year from now
         * @example 2026-03-09
         */
        startDate?: string;
        /**
         * @description An IANA zone, such as Europe/Berlin
         * @example Europe/Berlin
         */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              outcomes: components['schemas']['OutcomeRow'][];
              timeframe: components['schemas']['Timeframe'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
          'application/x-ndjson': string;
          'text/csv': string;
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getAnalyticsRealTime: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              activeCallCount: number;
              activeCallsComplete: boolean;
              activeCampaignCount: number;
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              queuedCalls: number;
              recentCalls: components['schemas']['Call'][];
              timestamp: components['schemas']['Instant'] | null;
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getAnalyticsSentiment: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description Only calls of this agent; empty for those without one */
        agentId?: string;
        /** @description Only calls of this campaign; empty for those without one */
        campaignId?: string;
        /** @description Only calls of this direction; empty for those without one */
        direction?: string;
        /**
         * @description A date, which is then included, or a date-time, which is not
         * @example 2026-03-15
         */
        endDate?: string;
        /** @description Whether periods without calls are listed */
        fill?: 'true' | 'false';
        format?: 'json' | 'csv' | 'ndjson';
        /** @description Only calls of this language; empty for those without one */
        language?: string;
        /** @example week */
        period?: 'hour' | 'day' | 'week' | 'month';
        /** @description Only calls of this provider; empty for those without one */
        provider?: string;
        /**
         * @description An ISO date, or a date-time with offset, between 2015 and a year from now
         * @example 2026-03-09
         */
        startDate?: string;
        /**
         * @description An IANA zone, such as Europe/Berlin
         * @example Europe/Berlin
         */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              distribution: components['schemas']['SentimentDistribution'];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              series?: components['schemas']['SentimentRow'][];
              timeframe: components['schemas']['Timeframe'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
          'application/x-ndjson': string;
          'text/csv': string;
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getAnalyticsSummary: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description Only calls of this agent; empty for those without one */
        agentId?: string;
        /** @description Only calls of this campaign; empty for those without one */
        campaignId?: string;
        /** @description Only calls of this direction; empty for those without one */
        direction?: string;
        /**
         * @description A date, which is then included, or a date-time, which is not
         * @example 2026-03-15
         */
        endDate?: string;
        /** @description Whether periods without calls are listed */
        fill?: 'true' | 'false';
        format?: 'json' | 'csv' | 'ndjson';
        /** @description Only calls of this language; empty for those without one */
        language?: string;
        /** @description Only calls of this provider; empty for those without one */
        provider?: string;
        /**
         * @description An ISO date, or a date-time with offset, between 2015 and a year from now
         * @example 2026-03-09
         */
        startDate?: string;
        /**
         * @description An IANA zone, such as Europe/Berlin
         * @example Europe/Berlin
         */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              current: components['schemas']['Headline'];
              difference: components['schemas']['HeadlineChange'];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              previous: components['schemas']['Headline'];
              previousTimeframe: components['schemas']['PreviousTimeframe'];
              timeframe: components['schemas']['Timeframe'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
          'application/x-ndjson': string;
          'text/csv': string;
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCalls: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /**
         * @description Only calls of this agent; empty for those without one
         * @example agent_1
         */
        agentId?: string;
        /** @description Only calls of this campaign; empty for those without one */
        campaignId?: string;
        connection?:
          | 'answered_human'
          | 'answered_machine'
          | 'answered_unknown'
          | 'busy'
          | 'no_answer'
          | 'canceled'
          | 'rejected'
          | 'failed'
          | 'in_progress'
          | 'unknown'
          | 'answered';
        cursor?: string;
        /** @description Only calls of this direction; empty for those without one */
        direction?: string;
        /**
         * @description A date, which is then included, or a date-time, which is not
         * @example 2026-03-15
         */
        endDate?: string;
        /** @example success */
        goal?: 'success' | 'failure' | 'unknown';
        /** @description Only calls of this language; empty for those without one */
        language?: string;
        /** @example 20 */
        limit?: string;
        maxDurationSeconds?: string;
        minDurationSeconds?: string;
        number?: string;
        /** @description Only calls of this provider; empty for those without one */
        provider?: string;
        sentiment?: 'positive' | 'neutral' | 'negative' | 'mixed' | 'unknown';
        sort?: '-startedAt' | 'startedAt';
        /**
         * @description An ISO date, or a date-time with offset, between 2015 and a year from now
         * @example 2026-03-09
         */
        startDate?: string;
        status?: 'queued' | 'ringing' | 'in_progress' | 'ended' | 'active';
        /**
         * @description An IANA zone, such as Europe/Berlin
         * @example Europe/Berlin
         */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              calls: components['schemas']['Call'][];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              nextCursor: string | null;
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCallsId: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example standard:a */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              call: components['schemas']['CallInFull'];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCallsIdEvents: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example standard:a */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              disagreements: components['schemas']['Disagreement'][];
              emptyBecause?: components['schemas']['EmptyBecause'];
              events: components['schemas']['Event'][];
              eventsComplete: boolean;
              freshness: components['schemas']['Freshness'];
              variants: components['schemas']['Variants'][];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCallsIdRecording: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example standard:a */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              callId: string;
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              mayPlay: boolean;
              recordings: components['schemas']['Recording'][];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCallsIdRecordingSha256: {
    parameters: {
      query?: never;
      header?: {
        /** @description Such as bytes=0-1023 */
        Range?: string;
      };
      path: {
        /** @example standard:a */
        id: string;
        /** @example 7d4a1f0b8c3e5d2a7d4a1f0b8c3e5d2a7d4a1f0b8c3e5d2a7d4a1f0b8c3e5d2a */
        sha256: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The whole of it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'audio/mpeg': string;
        };
      };
      /** @description The range that was asked for */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'audio/mpeg': string;
        };
      };
      /** @description The client has it: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      416: components['responses']['Refused416'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCallsIdTranscript: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example standard:a */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              callId: string;
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              textShown: boolean;
              transcripts: components['schemas']['Transcript'][];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCampaigns: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        cursor?: string;
        limit?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaigns: components['schemas']['CountedCampaign'][];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              nextCursor: string | null;
              unnamed: string[];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postCampaigns: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Spring",
         *       "key": "spring",
         *       "goals": [
         *         "an appointment"
         *       ]
         *     }
         */
        'application/json': {
          agentId?: string | null;
          goals?: string[];
          key?: string;
          name: string;
          provider?: string | null;
          scheduledAt?: string | null;
        };
      };
    };
    responses: {
      /** @description It is done */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCampaignsId: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['CountedCampaign'];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  deleteCampaignsId: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              deleted: string;
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  patchCampaignsId: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Spring and summer"
         *     }
         */
        'application/json': {
          agentId?: string | null;
          goals?: string[];
          key?: string;
          name?: string;
          provider?: string | null;
          scheduledAt?: string | null;
        };
      };
    };
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postCampaignsIdCancel: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postCampaignsIdComplete: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postCampaignsIdPause: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postCampaignsIdResume: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postCampaignsIdStart: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCampaignsIdTargets: {
    parameters: {
      query?: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        cursor?: string;
        /** @example 20 */
        limit?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              nextCursor: string | null;
              targets: string[];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  putCampaignsIdTargets: {
    parameters: {
      query?: never;
      header: {
        /** @example "1" */
        'If-Match': string;
      };
      path: {
        /** @example campaign_1 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example number
         *     +4930111111
         *     +4930222222
         */
        'text/csv': string;
      };
    };
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaign: components['schemas']['Campaign'];
              duplicates: number;
              stored: number;
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getCampaignsCompare: {
    parameters: {
      query: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        /** @description A date, which is then included, or a date-time, which is not */
        endDate?: string;
        /** @example spring,autumn */
        ids: string;
        /** @description An ISO date, or a date-time with offset, between 2015 and a year from now */
        startDate?: string;
        /** @description An IANA zone, such as Europe/Berlin */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              campaigns: components['schemas']['ComparedCampaign'][];
              difference: components['schemas']['HeadlineChange'];
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              timeframe: components['schemas']['Timeframe'] | null;
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getStatus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              emptyBecause?: components['schemas']['EmptyBecause'];
              followed: {
                lagMs: number | null;
                sequence: number;
                stale: boolean;
              };
              freshness: components['schemas']['Freshness'];
              jobs: {
                failures: number;
                isFailing: boolean;
                lastStartedAt: components['schemas']['Instant'] | null;
                lastSuccessAt: components['schemas']['Instant'] | null;
                name: string;
                runs: number;
              }[];
              lagMs: number | null;
              lastAudit: {
                at: components['schemas']['Instant'];
                buckets: number;
                drift: number;
                hours: number;
                lastDriftAt: components['schemas']['Instant'] | null;
                runsLookedAt: number;
                runsWithDrift: number;
              } | null;
              log: {
                factsVersion: number | null;
                lastReceivedAt: components['schemas']['Instant'] | null;
              };
              parked: number;
              projector: {
                asOf: components['schemas']['Instant'] | null;
                behindMs: number | null;
                epoch: number | null;
                reading: string | null;
                sequence: number;
                version: number;
              };
              quarantined: number;
              reconciled: {
                at: components['schemas']['Instant'] | null;
                report: string | null;
              } | null;
              rejected: number;
              rules: {
                facts: number | null;
                sentiment: {
                  by: string;
                  version: number;
                };
              };
              runwaySeconds: {
                text: number | null;
                views: number | null;
              } | null;
              text: {
                asOf: components['schemas']['Instant'] | null;
                reading: string | null;
              };
              variantsOfDay: number | null;
              views: {
                buckets: number;
                /** @enum {string} */
                view: 'duration' | 'outcome' | 'sentiment';
                /** @enum {string} */
                window: 'hourly' | 'daily';
              }[];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  getTranscriptsSearch: {
    parameters: {
      query: {
        /** @description The Callviews-Position of an answer to a webhook: what it changed is in the answer */
        after?: string;
        cursor?: string;
        /** @description A date, which is then included, or a date-time, which is not */
        endDate?: string;
        limit?: string;
        /** @example refund */
        q: string;
        /** @example caller */
        speaker?: 'caller' | 'agent' | 'unknown';
        /** @description An ISO date, or a date-time with offset, between 2015 and a year from now */
        startDate?: string;
        /** @description An IANA zone, such as Europe/Berlin */
        timeZone?: string;
        /** @description How long to wait for it, in ms, 5000 at most */
        wait?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The answer */
      200: {
        headers: {
          'Callviews-As-Of': components['headers']['Callviews-As-Of'];
          'Callviews-Lag-Ms': components['headers']['Callviews-Lag-Ms'];
          'Callviews-Stale': components['headers']['Callviews-Stale'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              emptyBecause?: components['schemas']['EmptyBecause'];
              freshness: components['schemas']['Freshness'];
              hits: components['schemas']['Hit'][];
              nextCursor: string | null;
              words: string[];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      /** @description The client has the answer: If-None-Match names its ETag */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  postSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "key": "cv_callviews_example_key_nobody_holds_it______Ba7_rl"
         *     }
         */
        'application/json': {
          key: string;
        };
      };
    };
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              scopes: ('read' | 'pii' | 'campaigns' | 'metrics' | 'admin')[];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
  deleteSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: {
              scopes: ('read' | 'pii' | 'campaigns' | 'metrics' | 'admin')[];
            };
            /** @constant */
            success: true;
            timestamp: components['schemas']['Instant'];
          };
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      405: components['responses']['Refused405'];
      409: components['responses']['Refused409'];
      412: components['responses']['Refused412'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
      503: components['responses']['Refused503'];
    };
  };
}
