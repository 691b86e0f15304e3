import type { Requirement } from './requirement.ts';

/** The tools that servers list, and what happens when they change. */
export const toolStore = [
  {
    id: 'tool-store/held',
    source: 'SECURITY S13',
    sentence:
      'A tool that comes back with another description, schema or effect is held: its calls are rejected with what changed and where to look.',
  },
  {
    id: 'tool-store/hidden',
    source: 'SECURITY S13',
    sentence: 'What is held is in no list of an agent and none of its words reach one; people see that it is held.',
  },
  {
    id: 'tool-store/change',
    source: 'SECURITY S13',
    sentence: 'A person sees what was accepted, what the server says now, where they differ and what is hidden in it.',
  },
  {
    id: 'tool-store/accept',
    source: 'SECURITY S3',
    sentence:
      'A person or a key with admin accepts exactly what they looked at: where it changed again meanwhile, it is a 409.',
  },
  {
    id: 'tool-store/returns',
    source: 'SECURITY S13',
    sentence: 'A tool that returns as it was accepted needs no new acceptance, after having been gone too.',
  },
  {
    id: 'tool-store/new-tools',
    source: 'SECURITY S13',
    sentence:
      'A tool that comes later is offered or held as the connection says; offered, its writes ask a person even where writes may run unasked.',
  },
  {
    id: 'tool-store/hidden-characters',
    source: 'SECURITY S11',
    sentence:
      'A tool whose words hide something from people, or whose name looks like another’s, is flagged and held at first sight.',
  },
  {
    id: 'tool-store/approval',
    source: 'SECURITY S13',
    sentence: 'An approval is bound to the accepted definition: a tool that is held or accepted anew voids it.',
  },
  {
    id: 'tool-store/events',
    source: 'SECURITY S13',
    sentence: 'Holding and accepting are events, each once.',
  },
  {
    id: 'tool-store/away',
    source: 'PRODUCT',
    sentence: 'A server that cannot be asked keeps its tools; one it lists no more is gone.',
  },
] as const satisfies readonly Requirement[];
