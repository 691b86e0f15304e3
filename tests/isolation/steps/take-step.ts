import { askToWrite, callAllByMcp, read } from './calling.ts';
import { connectAccount, mintToken, overreach, signToken } from './connecting.ts';
import { decide, linkToApproval, press } from './deciding.ts';
import { endToken, erase, revoke } from './ending.ts';
import { fillForm, makeLink, openLink } from './linking.ts';
import { list, see } from './looking.ts';
import type { Step } from './step.ts';
import type { World } from '../world.ts';

/** Does what a step says, and holds every answer against the model. */
export function takeStep(world: World, step: Step): Promise<void> {
  switch (step.do) {
    case 'connect':
      return connectAccount(world, step);
    case 'mint':
      return mintToken(world, step);
    case 'sign':
      return signToken(world, step);
    case 'overreach':
      return overreach(world, step);
    case 'call':
      return read(world, step);
    case 'ask':
      return askToWrite(world, step);
    case 'mcp':
      return callAllByMcp(world, step);
    case 'list':
      return list(world, step);
    case 'see':
      return see(world, step);
    case 'link':
      return makeLink(world, step);
    case 'open':
      return openLink(world, step);
    case 'fill':
      return fillForm(world, step);
    case 'decide':
      return decide(world, step);
    case 'approval link':
      return linkToApproval(world, step);
    case 'press':
      return press(world, step);
    case 'end token':
      return endToken(world, step);
    case 'revoke':
      return revoke(world, step);
    case 'erase':
      return erase(world, step);
  }
}
