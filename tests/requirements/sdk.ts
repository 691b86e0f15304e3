import type { Requirement } from './requirement.ts';

/** What the client for programs promises; its README says the same at length. */
export const sdk = [
  {
    id: 'sdk/generated',
    source: 'sdk/README.md',
    sentence:
      'Methods and types are made from the description of the API: named by the words of the path, and never two of one name.',
  },
  {
    id: 'sdk/retries',
    source: 'sdk/README.md',
    sentence:
      'What was not served (429, 503) comes again after a pause that grows and differs, or as long as the server asks up to 30 s; three times in all.',
  },
  {
    id: 'sdk/once',
    source: 'sdk/README.md',
    sentence:
      'After a connection that failed a read comes again, a write only where the server takes an Idempotency-Key, which is made by itself and stays the same.',
  },
  {
    id: 'sdk/time',
    source: 'sdk/README.md',
    sentence: 'Every method ends with its time, which is for everything together, or with the caller’s signal.',
  },
  {
    id: 'sdk/lists',
    source: 'sdk/README.md',
    sentence: 'A list is read item by item, by the page or whole, and asks for no more pages than are read.',
  },
  {
    id: 'sdk/streams',
    source: 'sdk/README.md',
    sentence: 'Exports and server-sent events are read as they come; who stops reading closes the connection.',
  },
  {
    id: 'sdk/errors',
    source: 'sdk/README.md',
    sentence: 'What was not served is an error with code, status, request id and details; a key is never quoted.',
  },
  {
    id: 'sdk/redirects',
    source: 'sdk/README.md',
    sentence:
      'The key goes to the address it was given for and nowhere else: redirects are not followed, paths not left.',
  },
  {
    id: 'sdk/webhooks',
    source: 'Standard Webhooks 1.0',
    sentence:
      'A webhook counts where one of its signatures holds for one of the secrets and is no older than 5 minutes.',
  },
  {
    id: 'sdk/signing',
    source: 'SECURITY S18',
    sentence:
      'Connect links and user tokens that the client signs with EdDSA, ES256 or RS256 are what the server takes.',
  },
  {
    id: 'sdk/tools',
    source: 'sdk/README.md',
    sentence:
      'The tools of a key, or of an end user of the app, are listed for agents; what a call came to is data, waiting and missing connections too.',
  },
  {
    id: 'sdk/decide',
    source: 'SECURITY S3',
    sentence: 'A decision in the chat is carried on with a key of its own; with the key that calls it is refused.',
  },
  {
    id: 'sdk/package',
    source: 'sdk/README.md',
    sentence:
      'The package depends on nothing, names nothing of Node, and works as it is packed, in JavaScript and for compilers.',
  },
  {
    id: 'sdk/adapters',
    source: 'sdk/README.md',
    sentence: 'The tools work in the Vercel AI SDK, LangChain, and the two APIs and the agents of OpenAI.',
  },
  {
    id: 'sdk/readme',
    source: 'sdk/README.md',
    sentence: 'Every program that the README shows is part of one that runs.',
  },
  {
    id: 'sdk/examples',
    source: 'examples/README.md',
    sentence:
      'The examples for frameworks show a person what a write would send and where it is decided; it is sent once where they agree, and never where they do not.',
  },
] as const satisfies readonly Requirement[];
