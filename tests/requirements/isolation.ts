import type { Requirement } from './requirement.ts';

/** What holds between workspaces, and between the end users of an app, whatever is done in whatever order. */
export const isolation = [
  {
    id: 'isolation/sees',
    source: 'SECURITY S21',
    sentence:
      'No answer, page, list, message or header shows anybody a name, label, metadata, account, id, argument or result of somebody else’s, and nobody a secret.',
  },
  {
    id: 'isolation/calls',
    source: 'SECURITY S21',
    sentence:
      'A provider is called with an account’s token for a credential that reaches this account, or for a call over it that was approved, and for nothing else: by REST, the raw proxy and MCP.',
  },
  {
    id: 'isolation/approves',
    source: 'Everywhere 13',
    sentence: 'A call is decided by whom it is for to decide: not by another end user, workspace, key, page or name.',
  },
  {
    id: 'isolation/receives',
    source: 'SECURITY S21',
    sentence: 'A webhook is told of its own workspace alone, and of no name, label, argument, result or secret there.',
  },
  {
    id: 'isolation/links',
    source: 'SECURITY S18',
    sentence: 'What is done on the page of a link is done for its end user, whichever link or connection a form names.',
  },
  {
    id: 'isolation/same-names',
    source: 'SECURITY S21',
    sentence:
      'End users who are called the same in several workspaces share nothing, whoever names, links, connects or erases one.',
  },
  {
    id: 'isolation/erased',
    source: 'RUNTIME R11',
    sentence: 'Of an end user who was erased nobody is shown a name, label, metadata, account or argument again.',
  },
  {
    id: 'isolation/every-id',
    source: 'RULINGS, Everywhere 6',
    sentence:
      'What is somebody else’s is in no list and is a 403 or a 404 in the path of every route, with every credential, and nothing comes of naming it.',
  },
  {
    id: 'isolation/example',
    source: 'PRODUCT 2',
    sentence:
      'An app of two users, over plain REST, connects, calls, asks and hears for each of them, and never shows one what is the other’s.',
  },
] as const satisfies readonly Requirement[];
