/** Who makes the simulated calls: agents, campaigns, telephone numbers and languages, all from the seed. */
import { createRandom, HEX, ID_LETTERS, zipf, type Random } from './random.ts';

/** An agent: the less often it is asked, the later it stands in the list. */
export type Agent = { agentId: string; agentName: string; language: string };
/** A campaign; a batch campaign is known to its calls only by the id of the platform's batch call. */
export type Campaign = { id: string; batch: boolean };
/** What all calls of one seed have in common. */
export type Catalogue = {
  agents: readonly (readonly [Agent, number])[];
  campaigns: readonly (readonly [Campaign | null, number])[];
  accountSid: string;
  companyNumbers: readonly string[];
};

/** What every scenario is given: the stream, who calls, and when. `startedAt` has no milliseconds. */
export type Scene = {
  random: Random;
  agent: Agent;
  campaign: Campaign | null;
  catalogue: Catalogue;
  companyNumber: string;
  customerNumber: string;
  startedAt: Date;
};
/** Languages of the agents, the busiest first. */
const LANGUAGES = [
  'en',
  'de',
  'en',
  'es',
  'fr',
  'en',
  'hi',
  'ar',
  'en',
  'pt',
  'es',
  'en',
  'de',
  'fr',
  'en',
  'ar',
  'hi',
  'en',
];
const AGENT_NAMES = [
  'Front desk',
  'Appointment reminders',
  'Billing questions',
  'Order status',
  'Lead qualification',
  'Technical support',
  'Renewals',
  'Delivery windows',
  'Patient intake',
  'Hotel concierge',
  'Survey caller',
  'Claims intake',
] as const;
const CAMPAIGN_NAMES = [
  'spring-renewals',
  'payment-reminders',
  'recall-2026',
  'new-leads',
  'nps-survey',
  'win-back',
];
/** Of 100 calls this many belong to no campaign; a campaign's own weight is that of {@link zipf} times 30. */
const WITHOUT_CAMPAIGN = 30;
const AGENTS = 24;
const BATCH_CAMPAIGNS = 2;
const COMPANY_NUMBERS = 6;

/**
 * Makes what the calls of one seed share.
 * @param seed seed of the plan
 * @returns agents and campaigns with their weights, the Twilio account and the company's numbers
 */
export function catalogueOf(seed: number): Catalogue {
  const random = createRandom(seed, 'catalogue');
  const agents = Array.from({ length: AGENTS }, (_, index): Agent => {
    const language = LANGUAGES[index % LANGUAGES.length] ?? 'en';
    return {
      agentId: `agent_${random.text(28, ID_LETTERS)}`,
      agentName: `${AGENT_NAMES[index % AGENT_NAMES.length] ?? 'Agent'} (${language})`,
      language,
    };
  });
  const batches = Array.from({ length: BATCH_CAMPAIGNS }, () => `btcal_${random.text(26, ID_LETTERS)}`);
  const campaigns = [
    ...CAMPAIGN_NAMES.map((id): Campaign => ({ id, batch: false })),
    ...batches.map((id): Campaign => ({ id, batch: true })),
  ];
  return {
    agents: zipf(agents),
    campaigns: [
      [null, WITHOUT_CAMPAIGN],
      ...zipf(campaigns).map(([campaign, weight]) => [campaign, weight * 30] as const),
    ],
    accountSid: `AC${random.text(32, HEX)}`,
    companyNumbers: Array.from({ length: COMPANY_NUMBERS }, () => telephoneNumber(random)),
  };
}

/**
 * A telephone number that belongs to nobody: from the ranges set aside for fiction.
 * @param random stream to take it from
 * @returns number in E.164 form
 */
export function telephoneNumber(random: Random): string {
  const area = random.pick(['+1202555', '+1415555', '+1646555', '+44207946', '+493023125']);
  return area.startsWith('+1')
    ? `${area}01${digits(random, 2)}`
    : `${area}${area.startsWith('+44') ? '0' : ''}${digits(random, 3)}`;
}

function digits(random: Random, length: number): string {
  return random.text(length, '0123456789');
}
