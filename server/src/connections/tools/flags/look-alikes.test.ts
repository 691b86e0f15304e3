import { describe, expect, it } from 'vitest';
import { lookAlikes } from './look-alikes.ts';

describe('names that look alike', () => {
  it.each([
    ['send_mail', 'send_maiI'],
    ['send_mail', 'send_mai1'],
    ['send_mail', 'ѕеnd_mаil'],
    ['send_mail', 'sendMail'],
    ['send_mail', 'send-mail'],
    ['send_mail', 'sénd_mail'],
    ['send_mail', 'ｓｅｎｄ_mail'],
    ['list_orders', 'list_0rders'],
    ['modem', 'modern'],
  ])('%s and %s', (left, right) => {
    expect(lookAlikes([left, right, 'other'])).toEqual(
      new Map([
        [left, right],
        [right, left],
      ]),
    );
  });

  it.each([
    ['get_issue', 'get_issues'],
    ['list_v1', 'list_v2'],
    ['read', 'write'],
    ['прочитать', 'записать'],
    ['読む', '書く'],
  ])('not %s and %s', (left, right) => {
    expect(lookAlikes([left, right])).toEqual(new Map());
  });
});
