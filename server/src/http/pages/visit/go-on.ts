import type { PageAnswer } from '../frame/page.ts';

/** Sends the browser to another page of ours, with a GET whatever it came with (RFC 9110 §15.4.4). */
export function goOn(path: string, cookies: readonly string[] = []): PageAnswer {
  return { status: 303, body: '', headers: { location: path }, cookies };
}
