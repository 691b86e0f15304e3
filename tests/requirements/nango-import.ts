import type { Requirement } from './requirement.ts';

/** Connections that are brought over from Nango. */
export const nangoImport = [
  {
    id: 'nango-import/brought-over',
    source: 'PRODUCT 9',
    sentence:
      'Every connection Nango has is made here with its token or key, for the same end user, with its metadata and the id it had.',
  },
  {
    id: 'nango-import/works',
    source: 'RULINGS 000.1',
    sentence: 'What was brought over is checked with its provider, works, and is renewed from then on.',
  },
  {
    id: 'nango-import/again',
    source: 'PRODUCT 9',
    sentence: 'Running it again changes nothing, also after a run that was cut off.',
  },
  {
    id: 'nango-import/report',
    source: 'PRODUCT 9',
    sentence:
      'A report says of each connection what became of it and why; one that failed keeps no other from being brought over.',
  },
  {
    id: 'nango-import/mapping',
    source: 'PRODUCT 9',
    sentence: 'A provider that has no connector is reported, and can be told one; nothing of it is made.',
  },
  {
    id: 'nango-import/no-app',
    source: 'RULINGS 000.1',
    sentence:
      'A token that could not be renewed for want of an OAuth app is not brought over, and the summary says how to add the app.',
  },
  {
    id: 'nango-import/dry-run',
    source: 'PRODUCT 9',
    sentence: 'A dry run tells what would be brought over, reads no credential and makes nothing.',
  },
  {
    id: 'nango-import/limits',
    source: 'PRODUCT 9',
    sentence: 'Where Nango asks to be left alone it is, for as long as it says.',
  },
  {
    id: 'nango-import/secrets',
    source: 'SECURITY S3',
    sentence: 'No credential and no key is printed or written, whatever goes wrong.',
  },
  {
    id: 'nango-import/usage',
    source: 'PRODUCT 9',
    sentence:
      'A wrong command line is told in a sentence with exit code 2; a Nango that cannot be asked with 1, a server with 3.',
  },
] as const satisfies readonly Requirement[];
