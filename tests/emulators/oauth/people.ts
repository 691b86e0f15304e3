/** Somebody who has an account at an emulated provider, and signs in to it in a browser. */
export interface Person {
  readonly id: number;
  /** What they sign in with. */
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly email: string;
}

/** Everybody who has an account. */
export const people = {
  ann: { id: 1, login: 'ann', password: 'ann-opens-up', name: 'Ann Example', email: 'ann@example.com' },
  bob: { id: 2, login: 'bob', password: 'bob-opens-up', name: 'Bob Example', email: 'bob@example.com' },
} as const satisfies Record<string, Person>;

export type Login = keyof typeof people;

/** Whoever is called so, if anybody is. */
export function personCalled(login: string | undefined): Person | undefined {
  return Object.values(people).find((person) => person.login === login || person.email === login);
}
