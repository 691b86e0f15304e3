import { beforeAll, describe, expect, it } from 'vitest';
import { type Asking, startAsking } from '../support/asking.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { openPlace, type Place, placeMs } from './place.ts';
import { type ScriptedModel, startModel, type Turn } from './scripted-model.ts';

describe('the SDK in frameworks', () => {
  const { migrated } = newDatabases('sqlite');
  let scene: Asking;
  let model: ScriptedModel;
  let place: Place;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [scene, model, place] = await Promise.all([startAsking(await migrated()), startModel(), openPlace()]);
    const { plugboard, ann, agent } = scene;
    env = {
      PLUGBOARD_URL: plugboard.publicUrl,
      PLUGBOARD_KEY: agent,
      DECIDER_KEY: ann.token,
      MODEL_URL: model.baseUrl,
    };
    return () => Promise.all([scene.gitlab.stop(), model.stop(), place.close()]);
  }, placeMs);

  const read = { name: 'gitlab__list_issues', args: { project: 'acme/api' } };
  const reading: Turn = () => [read];
  const writing =
    (title: string): Turn =>
    () => [{ name: 'gitlab__create_issue', args: { project: 'acme/api', title } }];
  const telling: Turn = (results) => `Heard: ${results.join(' | ')}`;

  it('type-checks: programs and adapters, against the frameworks themselves', async () => {
    expect(await place.compile()).toBe('');
  }, 120_000);

  describe.each(['ai.mjs', 'openai-chat.mjs', 'openai-responses.mjs', 'langchain.mjs'])('%s', (program) => {
    it('offers the tools, and a read that the model asks for runs', async () => {
      covers('sdk/adapters');
      model.play(reading, telling);
      const said = await place.run(program, env);
      expect(said).toMatch(/^Heard: .*"status":\s*"ok"/);
      expect(model.tools).toContain('gitlab__create_issue');
    });

    it('tells the model what was wrong, of several calls too, so that it can go on', async () => {
      model.play(() => [{ ...read, args: { project: 7 } }, read], telling);
      const said = await place.run(program, env);
      // LangChain compares arguments with the schema before it calls anything.
      expect(said).toMatch(/"reason":\s*"input"|did not match expected schema/);
      expect(said).toMatch(/"status":\s*"ok"/);
    });
  });

  it('a write that waits for a person is told to the model, with where it is approved', async () => {
    const { title } = scene.newIssue();
    model.play(writing(title), telling);
    const said = await place.run('langchain.mjs', env);
    expect(said).toMatch(/"status":"needs_approval"/);
    expect(said).toContain('A person has to approve this first, at http');
    expect(scene.sent(title)).toBe(0);
  });

  it('no pattern of a foreign schema runs in the process of the app', async () => {
    const said = await place.run('langchain-patterns.mjs', env);
    expect(said).toContain('"status":"ok"');
    expect(said).toContain('pattern is missing');
  }, 20_000);

  describe.each(['ai-approvals.mjs', 'openai-agents.mjs'])('%s', (program) => {
    it('asks the person in the chat, and carries the decision on', async () => {
      covers('sdk/adapters', 'sdk/decide');
      const { title } = scene.newIssue();
      model.play(writing(title), telling);
      expect(await place.run(program, env)).toMatch(/"status":\s*"ok"/);
      expect(scene.sent(title)).toBe(1);
    });

    it('calls nothing where the person says no', async () => {
      const { title } = scene.newIssue();
      model.play(writing(title), telling);
      expect(await place.run(program, env, 'no')).toMatch(/^Heard: /);
      expect(scene.sent(title)).toBe(0);
    });

    it('cannot approve with the key that calls', async () => {
      covers('sdk/decide');
      const { title } = scene.newIssue();
      model.play(writing(title), telling);
      const ran = place.run(program, { ...env, DECIDER_KEY: scene.agent });
      await ran.catch(() => undefined);
      expect(scene.sent(title)).toBe(0);
    });
  });
});
