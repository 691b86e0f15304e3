import type { Requirement } from './requirement.ts';

/** What we promise of the OAuth apps that people sign in to providers with, and of what they grant there. */
export const oauthApps = [
  {
    id: 'apps/set',
    source: '001.7',
    sentence:
      'ADMIN sets, sees and deletes the OAuth app of the workspace for a connector; setting replaces all of it.',
  },
  {
    id: 'apps/in-force',
    source: '001.7',
    sentence:
      'The workspace’s app counts before the environment’s, which counts again when the workspace’s is deleted.',
  },
  {
    id: 'apps/own-first',
    source: '001.7',
    sentence: 'An app that a connection brings counts before every other.',
  },
  {
    id: 'apps/sealed',
    source: 'S14',
    sentence: 'A client secret is in no answer, event or column in clear, and its box opens in its own place alone.',
  },
  {
    id: 'apps/roles',
    source: 'S3',
    sentence:
      'Below ADMIN nobody sees or sets an app; setting and deleting takes a person or a key with the scope admin.',
  },
  {
    id: 'apps/tenants',
    source: 'S21',
    sentence: 'The app of a workspace is its own: another sees and uses none of it.',
  },
  { id: 'apps/events', source: 'S14', sentence: 'Setting and deleting an app is on record, without its secret.' },
  {
    id: 'apps/where-to-register',
    source: '004.2',
    sentence: 'An app says the redirect URL to register, and where such an app is made with it filled in.',
  },
  {
    id: 'apps/missing',
    source: '004.2',
    sentence:
      'Where an app is missing the refusal names the two variables, the endpoint that sets one and the redirect URL.',
  },
  {
    id: 'apps/availability',
    source: '001.1',
    sentence:
      'The catalog says needs_setup with the reason until a connector’s app is set, and available from then on.',
  },
  {
    id: 'apps/named-addresses',
    source: 'S9',
    sentence:
      'An app of the workspace or the environment is used for the addresses that the manifest names and no other, whatever a connection names.',
  },
  {
    id: 'apps/self-run',
    source: 'S9',
    sentence:
      'An ADMIN names the server that an app is for where people run it themselves; then it is for that one alone.',
  },
  {
    id: 'apps/look-alike',
    source: 'S9',
    sentence: 'The environment’s app is for the connector of that id in the operator’s catalog, in no other’s shape.',
  },
  {
    id: 'scopes/step-up',
    source: 'Everywhere 15',
    sentence:
      'A call that needs a scope nobody granted is rejected with reason scope and a page that asks for it besides what was granted; nothing is sent.',
  },
  {
    id: 'scopes/challenged',
    source: 'Everywhere 15',
    sentence: 'What a server wants besides, in its own words, is asked for in the same way.',
  },
  {
    id: 'scopes/sign-in-anew',
    source: 'Everywhere 15',
    sentence: 'A call that a connection’s sign-in does not carry any more names the page to sign in anew.',
  },
  {
    id: 'scopes/unknown',
    source: 'Everywhere 15',
    sentence: 'Where it is not known what was granted, or nobody signed in, the provider decides.',
  },
  {
    id: 'scopes/bounded',
    source: 'S8',
    sentence:
      'The page asks for scopes that the manifest knows, of whoever manages the connection, and begins nothing itself.',
  },
] as const satisfies readonly Requirement[];
