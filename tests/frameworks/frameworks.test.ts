import { beforeAll, describe, expect, it } from 'vitest';
import { type Asking, startAsking } from '../support/asking.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { openPlace, type Place, placeMs } from './place.ts';
import { type ModelCall, type ScriptedModel, startModel, type Turn } from './scripted-model.ts';
import type { Talk } from './talk.ts';

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

  it('type-checks: examples, programs and adapters, against the frameworks themselves', async () => {
    expect(await place.compile()).toBe('');
  }, 120_000);

  describe.each(['ai.mjs', 'openai-chat.mjs', 'openai-responses.mjs', 'langchain.mjs'])('%s', (program) => {
    it('offers the tools; a read runs, and of what was wrong the model is told, so that it can go on', async () => {
      covers('sdk/adapters');
      model.play(() => [{ ...read, args: { project: 7 } }, read], telling);
      const said = await place.run(program, env);
      expect(model.tools).toContain('gitlab__create_issue');
      // LangChain compares arguments with the schema before it calls anything.
      expect(said).toMatch(/^Heard: .*("reason":\s*"input"|did not match expected schema)/);
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

  describe('the examples that people copy', () => {
    let settings: Readonly<Record<string, string>>;

    beforeAll(async () => {
      const { plugboard, ann, agent } = scene;
      settings = {
        PLUGBOARD_URL: plugboard.publicUrl,
        PLUGBOARD_KEY: agent,
        PLUGBOARD_DECIDING_KEY: await plugboard.mint({ by: ann.token, kind: 'app', scopes: ['approvals:decide'] }),
        OPENAI_BASE_URL: model.baseUrl,
        OPENAI_API_KEY: 'local',
        OPENAI_MODEL: 'small',
      };
    });

    const create = (title: string): ModelCall => ({
      name: 'gitlab__create_issue',
      args: { project: 'acme/api', title },
    });
    const target = () => `POST ${scene.gitlab.url}/api/v4/projects/acme%2Fapi/issues`;
    const newTitle = () => scene.newIssue().title;
    /** Answers what the example asks about calls, whichever it asks about first; what was shown of each. */
    const answer = async (talk: Talk, answers: Readonly<Record<string, string>>): Promise<string> => {
      let shown = '';
      for (const _ of Object.keys(answers)) {
        const question = await talk.hear('[y/N] ');
        const title = Object.keys(answers).find((title) => question.includes(`"${title}"`));
        talk.say(answers[title ?? ''] ?? '');
        shown += question;
      }
      return shown;
    };

    it.each(['langgraph-agent', 'openai-agents'] as const)(
      '%s reads, asks about two writes at once, and sends the one that the person wants',
      async (example) => {
        covers('sdk/examples');
        const [wanted, unwanted] = [newTitle(), newTitle()];
        model.play(
          reading,
          (results) => {
            expect(results.join()).toContain('Login fails');
            return [create(wanted), create(unwanted)];
          },
          telling,
        );
        const talk = place.start(example, ['agent.ts', 'Look after', 'the issues.'], settings);
        const shown = await answer(talk, { [wanted]: 'y', [unwanted]: 'n' });
        const said = await talk.leave();
        expect(shown).toContain('acme/api');
        expect(said).toMatch(/^Heard: .*"status":\s*"ok"/);
        expect([scene.sent(wanted), scene.sent(unwanted)]).toEqual([1, 0]);
      },
    );

    it('langgraph-agent shows what Plugboard holds of a call, and declines where nobody answers', async () => {
      covers('sdk/examples');
      const title = newTitle();
      model.play(() => [create(title)], telling);
      const talk = place.start('langgraph-agent', ['agent.ts'], settings);
      const said = await talk.leave();
      expect(said).toContain(target());
      expect(said).toContain(`${scene.plugboard.publicUrl}/approvals/`);
      expect(said).toMatch(/Heard: .*"reason":"declined"/);
      expect(scene.sent(title)).toBe(0);
    });

    it('ai-sdk-chat goes on with a conversation through reads, writes, and a model that fails', async () => {
      covers('sdk/examples');
      const [wanted, unwanted, decidedElsewhere] = [newTitle(), newTitle(), newTitle()];
      const talk = place.start('ai-sdk-chat', ['chat.ts'], settings);
      expect(await talk.hear('you> ')).toMatch(/tools of: GitLab/);

      model.play(reading, telling);
      talk.say('What is open in acme/api?');
      expect(await talk.hear('you> ')).toMatch(/\[gitlab__list_issues\]\nHeard: .*Login fails/);

      model.play(() => [create(wanted), create(unwanted)], telling);
      talk.say('Open two issues.');
      const shown = await answer(talk, { [wanted]: 'y', [unwanted]: '' });
      expect(shown).toContain(target());
      expect(shown).toContain(`${scene.plugboard.publicUrl}/approvals/`);
      const told = await talk.hear('you> ');
      expect(told).toMatch(/Heard: .*"status":"ok"/);
      expect(told).toMatch(/"reason":"declined"/);
      expect([scene.sent(wanted), scene.sent(unwanted)]).toEqual([1, 0]);

      model.play(() => [create(decidedElsewhere)], telling);
      talk.say('Another one.');
      await talk.hear('[y/N] ');
      await scene.decide(await scene.asked(decidedElsewhere));
      talk.say('n');
      expect(await talk.hear('you> ')).toMatch(/Heard: .*"status":"ok"/);
      expect(scene.sent(decidedElsewhere)).toBe(1);

      model.play(() => 'An issue says \u001B]0;owned\u0007');
      talk.say('Go on.');
      expect(await talk.hear('you> ')).toContain('An issue says ⟦U+1b⟧]0;owned');

      model.play(() => {
        throw new Error('The model is overloaded.');
      }, telling);
      talk.say('Go on.');
      expect(await talk.hear('you> ')).toContain('That did not work: The model is overloaded.');
      talk.say('Again.');
      expect(await talk.hear('you> ')).toContain('Heard: ');
      expect(await talk.leave()).toBe('');
    });

    it('ai-sdk-chat without a key that decides waits until somebody has decided in Plugboard', async () => {
      covers('sdk/examples');
      const title = newTitle();
      model.play(() => [create(title)], telling);
      const talk = place.start('ai-sdk-chat', ['chat.ts'], { ...settings, PLUGBOARD_DECIDING_KEY: '' });
      talk.say('Open an issue.');
      const id = await scene.asked(title);
      expect(await talk.hear(id)).toContain(target());
      await talk.hear(`plugboard approvals approve ${id}`);
      await scene.decide(id);
      expect(await talk.hear('you> ')).toMatch(/Heard: .*"status":"ok"/);
      expect(scene.sent(title)).toBe(1);
      await talk.leave();
    });

    it('say which setting is missing', async () => {
      const talk = place.start('ai-sdk-chat', ['chat.ts'], { ...settings, PLUGBOARD_KEY: '' });
      await expect(talk.leave()).rejects.toThrow('Set PLUGBOARD_KEY');
    });
  });
});
