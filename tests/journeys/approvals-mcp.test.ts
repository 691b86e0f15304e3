import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Asking, startAsking } from '../support/asking.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Era, mcpClient } from '../support/mcp-client.ts';

/** An answer as a model reads it. */
function words(result: Awaited<ReturnType<Client['callTool']>>): string {
  return result.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/** A promise that is kept when somebody calls the function beside it. */
function once<T>() {
  return Promise.withResolvers<T>();
}

interface Heard {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

describeOnDatabases('an MCP client whose call waits for a person', ({ migrated }) => {
  let scene: Asking;
  const clients: Client[] = [];
  beforeAll(async () => {
    scene = await startAsking(await migrated());
    return () => scene.gitlab.stop();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  const patient = async (era: Era, headers = {}) => {
    const client = await mcpClient(scene.plugboard.publicUrl, scene.agent, { era, headers });
    clients.push(client);
    return client;
  };
  const name = 'gitlab__create_issue';
  const approvalIn = (message = '') => message.split('/').at(-1) ?? '';

  describe.each<Era>(['legacy', 'auto'])('of the era %s', (era) => {
    it('hears where a person decides, and gets the result of the same call', async () => {
      covers('approvals/progress', 'approvals/waits');
      const issue = scene.newIssue();
      const heard = once<Heard>();
      const call = (await patient(era)).callTool({ name, arguments: issue }, { onprogress: heard.resolve });
      const progress = await heard.promise;
      expect(progress).toMatchObject({ progress: 0, total: 45 });
      expect(progress.message).toContain(`${scene.plugboard.publicUrl}/approvals/`);
      const approval = approvalIn(progress.message);
      expect((await scene.see(approval)).body).toMatchObject({ status: 'pending', arguments: issue });
      await scene.decide(approval);
      expect(JSON.parse(words(await call))).toMatchObject({ title: issue.title });
      expect(scene.sent(issue.title)).toBe(1);
    });

    it('hears it again and again, with growing progress', async () => {
      covers('approvals/progress');
      const issue = scene.newIssue();
      const heard: Heard[] = [];
      const second = once<Heard>();
      const onprogress = (progress: Heard) => {
        if (heard.push(progress) === 2) second.resolve(progress);
      };
      const call = (await patient(era)).callTool({ name, arguments: issue }, { onprogress });
      await second.promise;
      await scene.decide(approvalIn(heard[0]?.message));
      await call;
      expect(heard.map(({ progress }) => progress)).toEqual([0, 5]);
    });

    it('that asks for no progress waits all the same', async () => {
      const issue = scene.newIssue();
      const call = (await patient(era)).callTool({ name, arguments: issue });
      await scene.decide(await scene.asked(issue.title), 'decline');
      const result = await call;
      expect(result.isError).toBe(true);
      expect(JSON.parse(words(result))).toMatchObject({ status: 'rejected', reason: 'declined' });
    });

    it('that leaves leaves the approval pending, and gets the result later', async () => {
      covers('approvals/leaving');
      const issue = scene.newIssue();
      const heard = once<Heard>();
      const client = await patient(era);
      const call = client.callTool({ name, arguments: issue }, { onprogress: heard.resolve }).catch(() => 'left');
      const approval = approvalIn((await heard.promise).message);
      await client.close();
      expect(await call).toBe('left');
      expect((await scene.see(approval)).body).toMatchObject({ status: 'pending' });
      await scene.decide(approval);
      const again = await (await patient(era)).callTool({ name, arguments: issue });
      expect(JSON.parse(words(again))).toMatchObject({ title: issue.title });
      expect(scene.sent(issue.title)).toBe(1);
    });

    it('goes on waiting with plugboard__get_result, hears of it there too, and gets the result once', async () => {
      covers('approvals/once', 'approvals/progress');
      const issue = scene.newIssue();
      const asked = await (await patient(era, { prefer: 'respond-async' })).callTool({ name, arguments: issue });
      const { approval_id: approval } = z.object({ approval_id: z.uuid() }).parse(asked.structuredContent);
      const client = await patient(era);
      const fetching = { name: 'plugboard__get_result', arguments: { approval_id: approval } };
      const heard = once<Heard>();
      const call = client.callTool(fetching, { onprogress: heard.resolve });
      expect((await heard.promise).message).toContain(approval);
      await scene.decide(approval);
      expect(JSON.parse(words(await call))).toMatchObject({ title: issue.title });
      const second = await client.callTool(fetching);
      expect(second.isError).toBe(true);
      expect(words(second)).toContain('handed out already');
      expect(scene.sent(issue.title)).toBe(1);
    });
  });

  it('asks with arguments of 200 levels, and no more', async () => {
    const client = await patient('auto', { prefer: 'respond-async' });
    const nested = (levels: number) => {
      let value: unknown = 'x';
      for (let level = 1; level < levels; level += 1) value = [value];
      return { project: 'acme/api', title: 'Deep', deep: value };
    };
    // That there is no such argument is said of what is read; what is too deep is not read.
    expect(words(await client.callTool({ name, arguments: nested(200) }))).toContain('/deep');
    expect(words(await client.callTool({ name, arguments: nested(201) }))).toContain('deeper than 200 levels');
  });

  it('that cancels leaves the approval pending', async () => {
    covers('approvals/leaving');
    const issue = scene.newIssue();
    const heard = once<Heard>();
    const cancelling = new AbortController();
    const options = { onprogress: heard.resolve, signal: cancelling.signal };
    const call = (await patient('auto')).callTool({ name, arguments: issue }, options);
    const approval = approvalIn((await heard.promise).message);
    cancelling.abort();
    await expect(call).rejects.toThrow();
    expect((await scene.see(approval)).body).toMatchObject({ status: 'pending' });
  });

  it('and another that fetches the same result at once: one of them gets it', async () => {
    covers('approvals/once');
    const issue = scene.newIssue();
    const approval = await scene.ask(issue);
    await scene.decide(approval);
    const client = await patient('auto', { prefer: 'respond-async' });
    const fetch = () => client.callTool({ name: 'plugboard__get_result', arguments: { approval_id: approval } });
    const both = await Promise.all([fetch(), fetch()]);
    expect(both.map(({ isError }) => isError === true).sort()).toEqual([false, true]);
    expect((await scene.call(issue)).status).toBe(202);
  });

  it('and the same call over REST: whichever fetches the result first, the other does not get it', async () => {
    covers('approvals/once');
    const client = await patient('auto', { prefer: 'respond-async' });
    const issue = scene.newIssue();
    const approval = await scene.ask(issue);
    await scene.decide(approval);
    expect((await scene.call(issue)).body).toMatchObject({ status: 'ok' });
    const late = await client.callTool({ name: 'plugboard__get_result', arguments: { approval_id: approval } });
    expect(words(late)).toContain('handed out already');
  });
});
