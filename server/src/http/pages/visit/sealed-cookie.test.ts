import { expect, it } from 'vitest';
import { z } from 'zod';
import { bareApp, bareConfig } from '../../../../../tests/support/bare-app.ts';
import { movableClock } from '../../../../../tests/support/started-access.ts';
import { sealedCookie } from './sealed-cookie.ts';

const kept = sealedCookie({ name: 'memo', shape: z.object({ state: z.string() }), seconds: 60 });
const value = { state: 'nobody else’s' };

async function given(publicUrl = bareConfig.publicUrl) {
  const clock = movableClock();
  const app = await bareApp({ clock, config: { ...bareConfig, publicUrl } });
  const set = kept.give(app, value);
  return { app, clock, set, cookie: set.split(';', 1)[0] ?? '' };
}

it('comes back as it was given, among others, and shows nothing of itself', async () => {
  const { app, set, cookie } = await given();
  expect(kept.read(app, `a=b; ${cookie}; c=d`)).toEqual(value);
  expect(set).toMatch(/^plugboard-7400\.memo=[\w-]+; Max-Age=60; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(Buffer.from(cookie, 'base64url').toString()).not.toContain('nobody');
});

it('is bound to the host under https', async () => {
  const { app, set, cookie } = await given('https://plugboard.example.com');
  expect(set).toMatch(/^__Host-plugboard\.memo=.*; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  expect(kept.read(app, cookie)).toEqual(value);
  expect(kept.drop(app)).toMatch(/^__Host-plugboard\.memo=; Max-Age=0; Path=\/.*Secure$/);
});

it('is nothing once its time is over, whatever the browser thinks', async () => {
  const { app, clock, cookie } = await given();
  clock.move(60_000);
  expect(kept.read(app, cookie)).toBeUndefined();
});

it('is nothing where it was altered, and no other cookie', async () => {
  const { app, cookie } = await given();
  const altered = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  const other = sealedCookie({ name: 'other', shape: z.object({ state: z.string() }), seconds: 60 });
  for (const sent of [undefined, '', 'plugboard-7400.memo=', altered, cookie.slice(0, -4)])
    expect(kept.read(app, sent)).toBeUndefined();
  expect(other.read(app, cookie.replace('.memo=', '.other='))).toBeUndefined();
});

it('is found behind one of the same name that somebody else put there', async () => {
  const { app, cookie } = await given();
  expect(kept.read(app, `plugboard-7400.memo=planted; ${cookie}`)).toEqual(value);
});
