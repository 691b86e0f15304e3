import { createPlugboard } from '@plugboard/sdk';

/** The first tool call that README.md shows, through the SDK. */
export async function firstCall(url: string, agentKey: string) {
  // #region call
  const plugboard = createPlugboard({ url, key: agentKey });
  const outcome = await plugboard.connections.tools.call('github', 'list_issues', {
    arguments: { owner: 'octocat', repo: 'hello-world' },
  });
  // #endregion
  return outcome;
}
