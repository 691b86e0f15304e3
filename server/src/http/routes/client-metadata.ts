import { z } from 'zod';
import { Failure } from '../../errors.ts';
import { redirectUri } from '../../oauth/apps/redirect-uri.ts';
import { clientMetadata, clientMetadataPath } from '../../oauth/mcp/client-metadata.ts';
import { publicRoute, type Route } from '../route.ts';

const document = z.object({
  client_id: z.string().describe('The address of this document.'),
  client_name: z.string(),
  client_uri: z.string(),
  redirect_uris: z.array(z.string()),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()),
  token_endpoint_auth_method: z.literal('none'),
  application_type: z.literal('web'),
});

/** Authorization servers ask for it at every sign-in; what it says changes with our public URL alone. */
const keptAnHour = { 'cache-control': 'public, max-age=3600' };

const get = publicRoute({
  name: 'getClientMetadata',
  method: 'GET',
  path: clientMetadataPath,
  summary: 'Who we are to the authorization servers of MCP servers: our client id is the address of this document.',
  tag: 'Connections',
  answers: { 200: document },
  failures: ['NOT_FOUND'],
  audit: 'none',
  answer: async ({ config }) => {
    const body = clientMetadata(config.publicUrl, redirectUri(config));
    if (body) return { status: 200, body, headers: keptAnHour };
    throw new Failure(
      'NOT_FOUND',
      'This installation has no client metadata document: it is not reached at an https address of the internet.',
    );
  },
});

export const clientMetadataRoutes: readonly Route[] = [get];
