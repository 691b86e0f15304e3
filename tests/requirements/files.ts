import type { Requirement } from './requirement.ts';

/** Files as arguments and as results of calls. */
export const files = [
  {
    id: 'files/upload',
    source: 'docs/guides/files.md',
    sentence: 'POST /api/v1/files keeps a body of any media type with its name, size and SHA-256.',
  },
  {
    id: 'files/content',
    source: 'docs/guides/files.md',
    sentence: 'The bytes of a file come back as they were sent, as an attachment that no browser shows or runs.',
  },
  {
    id: 'files/cap',
    source: 'docs/guides/files.md',
    sentence: 'A file holds at most 50 MiB; of one that does not, or whose sender goes away, nothing is kept.',
  },
  {
    id: 'files/together',
    source: 'docs/guides/files.md',
    sentence:
      'The files of a workspace hold at most 1 GiB and are at most 10,000 together, whoever sends at the same time.',
  },
  {
    id: 'files/expiry',
    source: 'docs/guides/files.md',
    sentence: 'A file lives a day unless told otherwise, from a minute to a week, and is then deleted with its bytes.',
  },
  {
    id: 'files/delete',
    source: 'docs/guides/files.md',
    sentence: 'A file can be deleted before that, once.',
  },
  {
    id: 'files/own',
    source: 'docs/guides/files.md',
    sentence: 'A file is read, used and deleted by the person it was made for alone; it is a 404 for everybody else.',
  },
  {
    id: 'files/sealed',
    source: 'docs/guides/files.md',
    sentence:
      'The bytes of a file are sealed in the database; what was altered, moved or left out there does not open.',
  },
  {
    id: 'files/arguments',
    source: 'docs/guides/files.md',
    sentence:
      'A file among the arguments is given by its reference, an address, or up to 256 KiB of base64; ten of them at most.',
  },
  {
    id: 'files/url',
    source: 'docs/guides/files.md',
    sentence:
      'An address is fetched without the credential of any connection, through the guard and at every redirect again.',
  },
  {
    id: 'files/multipart',
    source: 'docs/guides/http-tools.md',
    sentence: 'A multipart body holds fields and files, of which each is read while it is sent.',
  },
  {
    id: 'files/bound',
    source: 'docs/guides/files.md',
    sentence:
      'An approval is bound to the digest of every file: what was fetched when it was asked for is what is sent.',
  },
  {
    id: 'files/answers',
    source: 'docs/guides/files.md',
    sentence:
      'An answer that is a file, or more than 4 KiB that nobody can read, is kept, and the call answers its reference.',
  },
  {
    id: 'files/parsed',
    source: 'docs/guides/http-tools.md',
    sentence:
      'XML and form-encoded answers are understood like JSON; XML with a document type, too deep or too long stays text.',
  },
  {
    id: 'pages/next',
    source: 'docs/guides/http-tools.md',
    sentence:
      'A list that goes on answers items and next, which is sent back as cursor; all reads up to 10 pages or 1,000 items.',
  },
  {
    id: 'pages/bound',
    source: 'docs/guides/http-tools.md',
    sentence:
      'A cursor works for the tool and the connection that answered it alone, and never leads to another address.',
  },
] as const satisfies readonly Requirement[];
