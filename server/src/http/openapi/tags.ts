import type { Contract, Route } from '../route.ts';

type Tag = { readonly name: string; readonly description: string };

/** What each of the documents we serve is about. */
const contractSentences: Readonly<Record<Contract, string>> = {
  '000': 'Contract 000: named connections with general parameters, scope and a pinned version, under `/v1/tools`.',
  '001': 'Contract 001: a catalog of manifests, checking submitted values, installing, and custom MCP servers.',
  '002': 'Contract 002: agent back-ends of a project, kept, tested and invoked.',
  '003': 'Contract 003: connections as objects with their health and their tools, under `/v1/connectors`.',
  '004': 'Contract 004: the catalog with availability, personal connections, and signing in to a provider.',
};

/** What our own groups of endpoints are about. */
const groupSentences: Readonly<Record<string, string>> = {
  'API keys': 'Credentials of programs: minted by people, never above them, shown once.',
  'Agent endpoints': 'Agent back-ends that run elsewhere, called like tools.',
  Agents: 'Agents, the tools they have, and what they may do unasked.',
  Approvals: 'Calls that wait for a person, and what became of them.',
  'Connect links':
    'How end users of an app connect their accounts: links to hosted pages, where those lead, what they look like.',
  Connections: 'Configured instances of connectors, personal or shared.',
  'Connector objects': 'Connections with their health and their tools.',
  Connectors: 'The catalog: what can be connected, and how.',
  Crews: 'Teams in a workspace that share connections.',
  'End users': 'The people of an app, whose connections are theirs alone.',
  Files: 'Bytes that calls take and answer, by reference: sealed, counted, gone after a while.',
  Invitations: 'Asking people into a workspace.',
  Me: 'Who is calling, and in which workspaces.',
  Members: 'The people of a workspace and their roles.',
  'OAuth apps': 'What people sign in to a provider with: one app for everybody in the workspace.',
  Operations: 'Health, metrics, and this description.',
  Projects: 'Folders of agent endpoints.',
  'Raw proxy': 'Any request to the API behind a connection, with its credentials and under the rules of its tools.',
  Records: 'What changed, and which tools were called.',
  'Keys of the instance': 'What every secret is sealed with, and rotating it; for the operator.',
  Revocations: 'Connections that are ended, one or many at once: here, at their providers, and what became of each.',
  'Tool connections': 'Named connections for the tools of agents.',
  Tools: 'What can be called, and calling it.',
  'User tokens': 'What end users of an app act with: made here, or signed by the app with keys it registered.',
  Webhooks: 'Addresses outside that are told what happens: signed, in order, until they have it.',
  Workspaces: 'What owns everything else.',
};

/** The tags of an operation: its group, and the document that prints it. */
export function tagsOf({ tag, contract }: Pick<Route, 'tag' | 'contract'>): readonly string[] {
  return contract === undefined ? [tag] : [tag, `Contract ${contract}`];
}

/** Every tag in use, in the order of the routes, with a sentence. Throws for one that has none. */
export function describedTags(routes: readonly Pick<Route, 'tag' | 'contract'>[]): readonly Tag[] {
  const groups = [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name, description: sentenceOf(name) }));
  const inUse = new Set(routes.map(({ contract }) => contract));
  const documents = Object.entries(contractSentences).map(([contract, description]) => ({ contract, description }));
  return [
    ...groups,
    ...documents
      .filter(({ contract }) => [...inUse].some((used) => used === contract))
      .map(({ contract, description }) => ({ name: `Contract ${contract}`, description })),
  ];
}

function sentenceOf(name: string): string {
  return groupSentences[name] ?? `Endpoints of ${name}.`;
}
