import type { App } from '../../../context.ts';
import type { Answer, Route, RouteFacts } from '../../route.ts';
import type { Browser } from './browser.ts';

/** A page of ours that is part of a contract: described like every route, answered in HTML whatever becomes of it. */
export function describedPage(
  facts: RouteFacts & { readonly answer: (app: App, browser: Browser) => Promise<Answer> },
): Route {
  const { answer, ...described } = facts;
  return {
    ...described,
    access: 'public',
    isPage: true,
    accept: ({ browser }) => {
      if (browser === undefined) throw new Error(`${described.name} was mounted as something else than a page.`);
      return (app) => answer(app, browser);
    },
  };
}
