import type { Requirement } from './requirement.ts';

const source = 'Connect links';

/** What an app and its end users can rely on when they connect an account by a link. */
export const connectLinks = [
  {
    id: 'connect-links/made',
    source,
    sentence:
      'A key of an app makes a link for an end user it names, known or not, with an address that is shown once and ends within a day.',
  },
  {
    id: 'connect-links/own',
    source,
    sentence: 'The token of an end user makes, sees and ends links for that end user alone.',
  },
  {
    id: 'connect-links/checked',
    source,
    sentence:
      'A link that could not be used is refused when it is made: unknown connectors, scopes and connections, and ways back that are not registered.',
  },
  {
    id: 'connect-links/seen',
    source,
    sentence:
      'An app sees where each link stands, created, opened, finished with its connection, expired or revoked, and lists them by that; it ends one at once.',
  },
  {
    id: 'connect-links/get-changes-nothing',
    source: 'S18',
    sentence:
      'GET and HEAD of a link show what it is for and change nothing, however often; a POST of its page opens it.',
  },
  {
    id: 'connect-links/once',
    source: 'S18',
    sentence: 'A link is opened once, whoever of several comes first; the second is told so, and how to get a new one.',
  },
  {
    id: 'connect-links/session',
    source: 'S18',
    sentence:
      'Opening it gives that browser an HttpOnly session of its own for an hour at most, kept as a hash and bound to the link, and the token leaves the address.',
  },
  {
    id: 'connect-links/signed',
    source: 'S18',
    sentence:
      'An app signs a link itself with a key its workspace registered, for ten minutes at most; its jti counts once, on all replicas together.',
  },
  {
    id: 'connect-links/choose',
    source,
    sentence: 'The page offers the connectors of the link and no others, to be searched by name.',
  },
  {
    id: 'connect-links/values',
    source,
    sentence:
      'Keys are filled in on a page that works without a script, checked with the provider before they count, and never shown again.',
  },
  {
    id: 'connect-links/sign-in',
    source,
    sentence:
      'An end user signs in at the provider in the browser that opened the link, sees whose account came, and it counts once they say so.',
  },
  {
    id: 'connect-links/theirs',
    source: 'S8',
    sentence:
      'What comes of a link is the connection of its end user; a sign-in completes in the browser of that end user’s link alone.',
  },
  {
    id: 'connect-links/reconnect',
    source,
    sentence:
      'A link for a connection signs in to it anew: its id stays, and another account than before is asked about.',
  },
  {
    id: 'connect-links/step-up',
    source,
    sentence: 'A link for a connection with scopes shows what is asked for besides, and asks the provider for it.',
  },
  {
    id: 'connect-links/metadata',
    source,
    sentence: 'What the app writes into a link is on the connection from the moment it is connected.',
  },
  {
    id: 'connect-links/way-back',
    source: 'S19',
    sentence:
      'The last page leads to the return_url with the connection and the result in its query, on a registered origin, also at that moment.',
  },
  {
    id: 'connect-links/cancel',
    source,
    sentence: 'Whoever does not want to goes back to the app without anything connected.',
  },
  {
    id: 'connect-links/origins',
    source: 'S19',
    sentence:
      'An ADMIN registers origins exactly, https or loopback; links lead and tell nowhere else, and no page of ours is shown in a frame.',
  },
  {
    id: 'connect-links/tells',
    source: 'S19',
    sentence:
      'The last page tells the window that opened it, named and registered, the connection and the result, and nothing else.',
  },
  {
    id: 'connect-links/connect-js',
    source,
    sentence:
      'connect.js opens a link in a window from a click, resolves with the connection, rejects where it is blocked or closed, and believes no other window.',
  },
  {
    id: 'connect-links/brand',
    source,
    sentence: 'A workspace sets name, logo and colour of the pages; the colour can be read in light and in dark.',
  },
  {
    id: 'connect-links/languages',
    source,
    sentence:
      'The pages speak English, German, French, Spanish and Japanese, as the link or the browser asks, and every sentence of theirs.',
  },
  {
    id: 'connect-links/small',
    source,
    sentence: 'Everything a page loads is less than 60 KB gzipped and comes from us.',
  },
  {
    id: 'connect-links/for-everybody',
    source,
    sentence:
      'The pages work by keyboard, on a telephone, light and dark, at WCAG AA, and without third-party cookies.',
  },
  {
    id: 'connect-links/offered',
    source,
    sentence:
      'A call of an end user for which something must be connected, signed in to anew or granted answers with a link for exactly that; asking again hands out the same.',
  },
  {
    id: 'connect-links/ends-with',
    source,
    sentence: 'A link is over with the key that made it and with its end user.',
  },
] as const satisfies readonly Requirement[];
