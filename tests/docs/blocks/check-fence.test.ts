import { expect, it } from 'vitest';
import { fencesIn } from '../../../scripts/docs/fences.ts';
import { checkFence } from './check-fence.ts';

async function problemsOf(info: string, text: string): Promise<string> {
  const problems = await Promise.all(fencesIn(`\`\`\`${info}\n${text}\n\`\`\`\n`).map(checkFence));
  return problems.flat().join(' ');
}

it.each([
  ['sh', 'npm ci', 'neither cut from a source nor marked'],
  ['sh wrong', 'npm ci', 'means nothing'],
  ['cobol illustration', 'x', 'is not checked'],
  ['sh illustration', 'npm run nowhere', 'There is no npm run nowhere'],
  ['sh illustration', 'plugboard srve', 'There is no plugboard srve'],
  ['sh illustration', 'plugboard doctor --jsom', 'has no option --jsom'],
  ['sh illustration', 'unheard-of', 'There is no command unheard-of'],
  ['sh illustration', 'node scripts/nowhere.ts', 'There is no scripts/nowhere.ts'],
  ['sh illustration', 'curl $PLUGBOARD/api/v1/conections', 'There is no GET /api/v1/conections'],
  ['sh illustration', 'curl -X PUT $PLUGBOARD/api/v1/connections', 'There is no PUT /api/v1/connections'],
  ['sh illustration', "curl $PLUGBOARD/api/v1/connections -d '{'", 'is no JSON'],
  ['sh illustration', `curl $PLUGBOARD/api/v1/connections -d '{"slug":"x"}'`, 'connectorSlug'],
  ['sh illustration', 'curl $PLUGBOARD/api/v1/connections?nothing=1', 'There is no parameter nothing'],
  ['sh illustration', 'curl -X POST $PLUGBOARD/api/v1/connectors/x/install', 'The parameter workspace_id is missing'],
  ['sh illustration', 'curl $PLUGBOARD/api/v1/connections/github', 'the id has to be a UUID'],
  ['http illustration', 'GET /api/v1/nothing', 'There is no GET /api/v1/nothing'],
  ['http illustration', 'POST /api/v1/connections\n{"connectorSlug": 1}', 'must be string'],
  ['http illustration', 'nothing', 'shows no request'],
  ['json output', '{,}', 'JSON'],
  ['yaml illustration', 'tools:\n  - nam: x', 'additional properties'],
  ['yaml illustration', 'a: [', 'sequence'],
])('finds what is wrong with ```%s %s', async (info, text, problem) => {
  expect(await problemsOf(info, text)).toContain(problem);
});

it.each([
  ['sh illustration', 'npm ci && npm start'],
  ['sh illustration', 'npx plugboard serve'],
  ['sh illustration', `curl -s "$PLUGBOARD/api/v1/connections/<id>" -H "Authorization: Bearer $KEY"`],
  ['sh illustration', `curl $PLUGBOARD/api/v1/connections -d '{"connectorSlug":"github"}'`],
  ['http illustration', 'POST /api/v1/connections\n{ "connectorSlug": "github" }'],
  ['http illustration', 'GET /api/v1/approvals?status=pending\n\nPOST /mcp'],
  ['json output', '{ "a": 1 }'],
  ['text output', 'anything'],
])('has nothing to say about ```%s %s', async (info, text) => {
  expect(await problemsOf(info, text)).toBe('');
});
