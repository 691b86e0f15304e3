import type { Requirement } from './requirement.ts';

/** Document 002: agent endpoints. */
export const agentEndpoints = [
  {
    id: '002/projects',
    source: '002.1',
    sentence: 'Agent endpoints are kept in projects, named by id or slug; the project "default" always exists.',
  },
  { id: '002/unknown-project', source: '002.1', sentence: 'An unknown project is a 404 on every verb.' },
  {
    id: '002/roles',
    source: '002.1',
    sentence: 'MEMBER and above read, test and invoke; MANAGER and above make, change and delete.',
  },
  {
    id: '002/absent',
    source: '002.1',
    sentence: 'Headers that were not given read back as an empty object, and so does a configuration no type asks for.',
  },
  {
    id: '002/list',
    source: '002',
    sentence: 'The list is a bare array of the endpoints of one project, newest first, with the printed fields.',
  },
  { id: '002/list-long', source: 'Everywhere 9', sentence: 'The list stops at 1,000 and links to the next.' },
  {
    id: '002/types',
    source: '002.3',
    sentence: 'types answers the printed map and the further types there are; it is never taken for an id.',
  },
  {
    id: '002/create',
    source: '002',
    sentence: 'POST answers 201 with the printed fields, each as it was sent, and an id and two times of ours.',
  },
  {
    id: '002/create-missing',
    source: '002.2',
    sentence: 'A missing name, type or baseUrl is a 400 naming the first of them in this order.',
  },
  { id: '002/create-type', source: '002.2', sentence: 'An unknown type is a 400.' },
  { id: '002/create-url', source: '002.2', sentence: 'A baseUrl that is not http or https is a 400.' },
  {
    id: '002/create-assistant',
    source: '002.2',
    sentence:
      'A langgraph connector without config.assistantId is a 400, and one of another type without what it asks for.',
  },
  {
    id: '002/create-unreachable',
    source: '002.8',
    sentence: 'An address the egress guard would never dial is a 400 in words, unless the allow-list opens it.',
  },
  {
    id: '002/loopback',
    source: '002.8',
    sentence: 'ADMIN and above may set up an agent on loopback, on an instance that only this machine reaches.',
  },
  {
    id: '002/headers-refused',
    source: '002',
    sentence:
      'Headers that cannot be set, are given twice, or hold what no header can hold are a 400 that repeats no value.',
  },
  {
    id: '002/taken-name',
    source: '002.2',
    sentence: 'A name that is taken in the project is a 409, also for two at once; in another project it is free.',
  },
  {
    id: '002/only-409',
    source: '002.2',
    sentence: 'Changes that meet each other are all carried out, one after the other: nothing else is a 409.',
  },
  { id: '002/get', source: '002', sentence: 'GET of one answers the printed fields, which are all but the headers.' },
  {
    id: '002/unknown',
    source: '002.6',
    sentence: 'An unknown connector, and one of another project, is a 404 on every verb.',
  },
  { id: '002/malformed-id', source: 'Everywhere 2', sentence: 'An id that is no UUID is a 400 on every verb.' },
  {
    id: '002/put-keeps',
    source: '002.2',
    sentence: 'PUT keeps what is absent, and replaces headers and config whole; updatedAt moves.',
  },
  {
    id: '002/put-type',
    source: '002.2',
    sentence: 'PUT of another type asks for what that type needs, and changes nothing where it is missing.',
  },
  { id: '002/put-name', source: '002', sentence: 'PUT of a taken name is a 409; of its own name it is not.' },
  {
    id: '002/delete',
    source: '002',
    sentence: 'DELETE is a 204 without a body, destroys the headers, frees the name, and is a 404 the second time.',
  },
  {
    id: '002/test',
    source: '002.4',
    sentence: 'test says hello to the agent and answers what it said and how long it took.',
  },
  {
    id: '002/test-failed',
    source: '002.4',
    sentence: 'A test that fails is a 200 with success false and a reason such as "Connection refused".',
  },
  {
    id: '002/invoke',
    source: '002',
    sentence: 'invoke answers the messages of the agent, the tokens it used and how long it took.',
  },
  {
    id: '002/invoke-headers',
    source: '002',
    sentence: 'The headers of a connector are sent with every request, and its config.configurable with every run.',
  },
  {
    id: '002/invoke-thread',
    source: '002.5',
    sentence: 'A thread is named in the answer and remembered by the agent when it is given again.',
  },
  {
    id: '002/invoke-no-echo',
    source: '002.5',
    sentence: 'The caller’s own messages are not among the answered ones.',
  },
  { id: '002/invoke-blocks', source: '002.5', sentence: 'Contents made of blocks are joined into one text.' },
  {
    id: '002/invoke-failed',
    source: '002.5',
    sentence: 'A failure is a 200 with success false, "HTTP 400: …" and the beginning of what came back.',
  },
  {
    id: '002/invoke-error-inside',
    source: '002.5',
    sentence: 'An error inside a 200 answer of the agent is a failure.',
  },
  {
    id: '002/invoke-cancelled',
    source: '002.5',
    sentence: 'A caller that leaves has the run of the agent cancelled.',
  },
  {
    id: '002/invoke-messages',
    source: '002.6',
    sentence: 'messages that are missing, empty or not made of role and content are a 400.',
  },
  {
    id: '002/invoke-stream',
    source: '002',
    sentence: 'Asked for an event stream, invoke sends pieces as they come and the whole answer last.',
  },
  {
    id: '002/invoke-unasked',
    source: 'Everywhere 14',
    sentence:
      'A key invokes an agent that may write only with tools:write_unasked; a person who is signed in, and anybody where the agent only reads, needs nothing more.',
  },
  {
    id: '002/invoke-logged',
    source: '002',
    sentence: 'Every invocation is in the log of calls, a write before it is sent.',
  },
  {
    id: '002/revealed',
    source: '002.7',
    sentence:
      'Headers are shown in clear to a person who is signed in and MANAGER or above, and to keys with secrets:reveal.',
  },
  {
    id: '002/masked',
    source: '002.7',
    sentence: 'To everybody else headers are masked, and of values under 12 characters nothing is shown.',
  },
  {
    id: '002/reveal-event',
    source: 'S17',
    sentence: 'Each answer that reveals headers is an event that says of which.',
  },
  {
    id: '002/reveal-never',
    source: '002.7',
    sentence: 'A workspace with reveal_headers "never" shows them to nobody; showing them again is for a person.',
  },
  { id: '002/put-mask', source: '002.7', sentence: 'PUT with our mask keeps the stored value.' },
  {
    id: '002/put-origin',
    source: '002.7',
    sentence: 'Another origin drops the stored headers unless they are sent along, and the answer shows it.',
  },
  { id: '002/sealed', source: '002.7', sentence: 'Headers are sealed at rest, in no column and no event in clear.' },
  {
    id: '002/tool',
    source: '002.9',
    sentence: 'An endpoint is a tool "<handle>__invoke" of other agents, under the same policy and record.',
  },
  {
    id: '002/tool-effect',
    source: '002.9',
    sentence: 'The tool is a write and asks, unless config.effect is "read"; saying so is for a person.',
  },
  {
    id: '002/hidden',
    source: 'Words',
    sentence:
      'Agent endpoints are listed by 002 and as tools alone, not as connections or connectors of the other documents.',
  },
] as const satisfies readonly Requirement[];
