import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Provider } from 'oidc-provider';

interface Asked {
  readonly provider: Provider;
  readonly users: readonly string[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The page where a person says who they are and whether a client may act for them: one form, two buttons. */
export async function answerInteraction({ provider, users, request, response }: Asked): Promise<void> {
  try {
    const { params } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') return show(response, formFor(params));
    const form = new URLSearchParams(await text(request));
    const user = form.get('user') ?? '';
    if (form.get('choice') === 'deny')
      return await provider.interactionFinished(request, response, {
        error: 'access_denied',
        error_description: 'The person said no.',
      });
    if (!users.includes(user)) return show(response, formFor(params, 'Nobody has this name.'));
    const grant = new provider.Grant({ accountId: user, clientId: String(params['client_id']) });
    const scope = typeof params['scope'] === 'string' ? params['scope'] : 'openid';
    grant.addOIDCScope(scope);
    for (const resource of [params['resource'] ?? []].flat()) grant.addResourceScope(String(resource), scope);
    const grantId = await grant.save();
    const result = { login: { accountId: user }, consent: { grantId } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error));
  }
}

function show(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
}

function formFor(params: Readonly<Record<string, unknown>>, problem = ''): string {
  const said = `${String(params['client_id'])} asks for: ${String(params['scope'] ?? 'nothing')}`.replaceAll(
    '<',
    '&lt;',
  );
  return `<!doctype html><html lang="en"><title>Sign in</title><body>
<h1>Sign in</h1><p>${said}</p><p role="alert">${problem}</p>
<form method="post">
<label>User <input name="user" autocomplete="username" required></label>
<button name="choice" value="allow">Allow</button>
<button name="choice" value="deny" formnovalidate>Deny</button>
</form></body></html>`;
}
