import { EgressError } from '../../../egress/egress.ts';

/** Why one cannot sign in to a server as it describes itself; the message is a sentence that repeats nothing of its own but hosts. */
export class DiscoveryProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DiscoveryProblem';
  }
}

/** The sentence for what ended a discovery; anything that is not the other side's doing is thrown again. */
export function messageOfProblem(error: unknown): string {
  if (error instanceof DiscoveryProblem || error instanceof EgressError) return error.message;
  throw error;
}

/** Whether a document was there and was not what it should be: no JSON, or JSON of another form. */
export function isMalformed(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError');
}
