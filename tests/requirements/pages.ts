import type { Requirement } from './requirement.ts';

/** What a person with a browser can rely on. */
export const pages = [
  {
    id: 'pages/first-run',
    source: 'Pages',
    sentence: 'The first page of an installation sets name, e-mail and password of its owner against the admin key.',
  },
  {
    id: 'pages/first-run-once',
    source: 'Pages',
    sentence: 'It does so once, whoever of two was first, and for nobody who lacks the first admin key.',
  },
  {
    id: 'pages/sign-in',
    source: 'Pages',
    sentence: 'A person signs in with e-mail and password and comes to where they wanted to go.',
  },
  {
    id: 'pages/sign-out',
    source: 'Pages',
    sentence: 'Signing out ends the session of this browser, at once and everywhere it could be used.',
  },
  {
    id: 'pages/join',
    source: 'Pages',
    sentence:
      'The link of an invitation leads to a page that says what it is for; somebody new chooses a name and a password there and is signed in.',
  },
  {
    id: 'pages/join-session',
    source: 'Pages',
    sentence: 'Whoever signs in here already joins as themselves, with the e-mail address that was invited alone.',
  },
  {
    id: 'pages/join-once',
    source: 'Pages',
    sentence: 'An invitation lets one person in, once, until it is cancelled or a week has passed.',
  },
  {
    id: 'pages/join-token',
    source: 'Pages',
    sentence:
      'Its token stands in no address that is sent, no Referer and no log; one that opens nothing is answered alike, whatever became of it.',
  },
  {
    id: 'pages/own-path',
    source: 'Pages',
    sentence: 'No page leads to an address that somebody else wrote into its link.',
  },
  {
    id: 'pages/own-forms',
    source: 'Pages',
    sentence: 'A form counts only where a page of ours sent it; no page of ours is shown in a frame.',
  },
  {
    id: 'pages/throttled',
    source: 'Pages',
    sentence:
      'Guessing a password, the admin key or an invitation is slowed down by address, by e-mail and on all replicas together.',
  },
  {
    id: 'pages/provider',
    source: 'Pages',
    sentence: 'Where an identity provider is configured, a person signs in there, by its subject alone.',
  },
  {
    id: 'pages/provider-tie',
    source: 'Pages',
    sentence: 'The first time they show with their password who they are here; an e-mail address joins nobody.',
  },
  {
    id: 'pages/provider-tokens',
    source: 'Pages',
    sentence: 'Whoever is tied so is also who the provider’s bearer tokens stand for.',
  },
  {
    id: 'pages/for-everybody',
    source: 'Pages',
    sentence: 'The pages work without a script, by keyboard, on a telephone, light and dark, at WCAG AA.',
  },
  {
    id: 'pages/tells-opener',
    source: '004.6',
    sentence: 'The last page of connecting tells its opener, in pages of our own origin only, and never a token.',
  },
] as const satisfies readonly Requirement[];
