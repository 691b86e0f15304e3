import type { Requirement } from './requirement.ts';

/** Databases: the guide, RULINGS 001.8 and the rules S1, S5, S13 and S24. */
export const databases = [
  {
    id: 'databases/two-ways',
    source: '001.8',
    sentence:
      'A database is connected by a percent-encoded connection string or by its parts, and a password of any characters works in both.',
  },
  {
    id: 'databases/one-way-at-a-time',
    source: '001.8',
    sentence: 'What a connection string names is not given a second time; a part that is missing is named.',
  },
  {
    id: 'databases/nothing-breaks-out',
    source: '001.8',
    sentence: 'No part of a connection string or field reaches another host, option, file or parameter.',
  },
  { id: 'databases/look', source: 'guide', sentence: 'An agent lists tables and describes one without asking.' },
  {
    id: 'databases/read',
    source: 'S5',
    sentence:
      'A query runs at once where nothing can be changed, with values bound, and says how many rows there are and whether more.',
  },
  {
    id: 'databases/write',
    source: 'S13',
    sentence:
      'A statement that changes something waits for a person, bound to the database, the statement and its values.',
  },
  {
    id: 'databases/moved-host',
    source: 'S1',
    sentence: 'The password goes to the host and port it was given for, and is dropped when these change without it.',
  },
  {
    id: 'databases/verified-server',
    source: 'S24',
    sentence: 'Unless told otherwise a server has to prove who it is before it is sent a password.',
  },
  {
    id: 'databases/files',
    source: 'S5',
    sentence: 'SQLite files are those below the operator’s folder, never Plugboard’s own.',
  },
] as const satisfies readonly Requirement[];
