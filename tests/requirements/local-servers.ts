import type { Requirement } from './requirement.ts';

/** What we promise of MCP servers that are programs, which Plugboard runs (S4). */
export const localServers = [
  {
    id: 'local/off',
    source: 'S4',
    sentence: 'No program runs unless the operator switched it on; the refusal says how.',
  },
  {
    id: 'local/listed',
    source: 'S4',
    sentence:
      'A workspace names an entry of the operator’s list and fills in its fields; nothing else of it is theirs.',
  },
  {
    id: 'local/list-read',
    source: 'S4',
    sentence: 'A list that is wrong stops the start, and says which entry and why.',
  },
  {
    id: 'local/catalog',
    source: 'S4',
    sentence: 'A connector of the operator’s folders that names a program is left out, with the reason.',
  },
  {
    id: 'local/pinned',
    source: 'S4',
    sentence: 'A package runs in exactly the version named, and is never downloaded.',
  },
  { id: 'local/calls', source: '001.9', sentence: 'Its tools are listed and called like those of any MCP server.' },
  {
    id: 'local/eras',
    source: '001.9',
    sentence: 'It is spoken to in its own protocol era, even if it ends at a word of the newer.',
  },
  { id: 'local/folder', source: 'S4', sentence: 'A file server sees the one folder it was given, by its name there.' },
  {
    id: 'local/shared',
    source: 'S4',
    sentence:
      'Everybody who uses a connection shares its process, or each user has their own; personal ones always do.',
  },
  {
    id: 'local/idle',
    source: 'S4',
    sentence: 'A program that nobody uses is ended, and started again with the next call.',
  },
  {
    id: 'local/crash',
    source: 'R2',
    sentence:
      'When a program ends under a call, a read is unavailable, a write outcome_unknown, and neither is repeated.',
  },
  {
    id: 'local/back-off',
    source: 'R2',
    sentence: 'One that keeps ending is started again later and later, and says when.',
  },
  { id: 'local/test', source: '001.9', sentence: 'test tells how it ended and what it wrote last, without secrets.' },
  {
    id: 'local/caps',
    source: 'S4',
    sentence:
      'So many run per workspace and in all; an idle one makes room, else the call is unavailable and says what to do.',
  },
  { id: 'local/drain', source: 'R14', sentence: 'Leaving ends every program; being killed does, too.' },
  {
    id: 'local/unconfined',
    source: 'S4',
    sentence: 'Where programs cannot be kept apart they run for a single workspace alone.',
  },
  {
    id: 'local/users',
    source: 'S4',
    sentence: 'As another user a program reads nothing of ours; users who could are refused at the start.',
  },
  {
    id: 'local/changed',
    source: '001.9',
    sentence: 'The command of a server that runs here is not changed; its fields are submitted anew.',
  },
] as const satisfies readonly Requirement[];
