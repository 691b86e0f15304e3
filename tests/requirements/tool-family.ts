import type { Requirement } from './requirement.ts';

/** Document 000: general parameters at the call, and the tools of connected connectors. */
export const toolFamily = [
  {
    id: '000/params-sent',
    source: '000.3',
    sentence: 'A general parameter with a value is put into every call, in the path, query, header or cookie it names.',
  },
  {
    id: '000/params-hidden',
    source: '000.3',
    sentence: 'It vanishes from the input schema of the tools, wherever tools are listed.',
  },
  {
    id: '000/params-not-overridden',
    source: '000.3',
    sentence: 'Neither a model nor a caller can override it.',
  },
  { id: '000/params-null', source: '000.3', sentence: 'With null it stays an input.' },
  {
    id: '000/params-types',
    source: '000.3',
    sentence:
      'It arrives as the type its tool takes; where it does not fit, the call is rejected in words about the connection.',
  },
  {
    id: '000/params-precedence',
    source: '000.3',
    sentence:
      'What proves who we are comes before headers of the connection, those before general parameters, those before the manifest.',
  },
  {
    id: '000/params-approved',
    source: '000.3',
    sentence: 'An approved call carries them too, and is void once they are others.',
  },
  {
    id: '000/tools-list',
    source: '000.5',
    sentence: 'GET /v1/tools lists the caller’s tools as <connector>_<tool>, page by page.',
  },
  {
    id: '000/tools-search',
    source: '000.5',
    sentence: 'GET /v1/tools/search finds tools by words, the best first, those not connected yet included.',
  },
  {
    id: '000/operations',
    source: '000.5',
    sentence: 'The operations of a connector are listed, and shown one by one, with what they take.',
  },
  {
    id: '000/operations-of-connection',
    source: '000.5',
    sentence: 'Of one connection they are the tools and schemas that this connection has.',
  },
  {
    id: '000/operations-unknown',
    source: '000.5',
    sentence:
      'An unknown connector or operation, and a connection of another connector or workspace, are a 404; a malformed connection_id is a 400.',
  },
  {
    id: '000/operation-groups',
    source: '000.5',
    sentence: 'One operation shows its parameters as path_params, query_params, header_params and body_params.',
  },
  {
    id: '000/operation-names',
    source: 'Everywhere 16',
    sentence: 'An operation is named with or without its connector’s name before it.',
  },
  {
    id: '000/invoke',
    source: '000.5',
    sentence: 'A call answers what the provider answered, refusals included, with its status, content type and body.',
  },
  {
    id: '000/invoke-connector',
    source: '000.5',
    sentence: '_ as the connector means that of the connection; another connector than that is a 404.',
  },
  {
    id: '000/invoke-policy',
    source: 'Everywhere 14',
    sentence: 'It is ruled like any call: reads run, writes ask with a 202, what is switched off is rejected.',
  },
  {
    id: '000/invoke-input',
    source: 'Everywhere 3',
    sentence: 'Parameters we refuse are a 422 with each problem where it stands, and nothing is sent.',
  },
  {
    id: '000/invoke-unavailable',
    source: '000.5',
    sentence: 'A provider that cannot be reached is a 502; a write that was cut off is told as outcome_unknown.',
  },
  { id: '000/invoke-retry-after', source: '000.5', sentence: 'A rate limit is passed on with Retry-After.' },
  { id: '000/invoke-mcp', source: '000.5', sentence: 'The tool of an MCP server answers its result as JSON.' },
  {
    id: '000/invoke-guarded',
    source: '000.5',
    sentence: 'What is passed through sets no cookie, is never shown by a browser, and is closed to cookies.',
  },
  {
    id: '000/agent-tools',
    source: '000.5',
    sentence: 'The tools of an agent are listed, added and taken away under /v1/agents/:id/tools.',
    waits: 'agents',
  },
] as const satisfies readonly Requirement[];
