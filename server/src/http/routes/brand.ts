import { z } from 'zod';
import { findBrand } from '../../links/brand/brand-store.ts';
import { setBrand } from '../../links/brand/set-brand.ts';
import { route, type Route } from '../route.ts';
import { brandItem, brandWish, showBrand } from '../shapes/brand.ts';
import { idOrSlug } from '../shapes/workspace.ts';

const path = '/api/v1/workspaces/:workspace/brand';
const tag = 'Connect links';
const params = z.object({ workspace: idOrSlug });

const get = route({
  name: 'getBrand',
  method: 'GET',
  path,
  summary: 'What the pages for end users look like.',
  tag,
  access: { role: 'ADMIN', scope: 'workspaces:read' },
  workspaceIn: 'path',
  params,
  answers: { 200: brandItem },
  failures: [],
  audit: 'none',
  answer: async (ctx) => ({ status: 200, body: showBrand(await findBrand(ctx.db)) }),
});

const set = route({
  name: 'setBrand',
  method: 'PUT',
  path,
  summary:
    'Sets what the pages for end users look like: name, logo and colour. What is left out is as on our own pages.',
  tag,
  access: { role: 'ADMIN', scope: 'workspaces:write' },
  workspaceIn: 'path',
  params,
  body: brandWish,
  answers: { 200: brandItem },
  failures: [],
  audit: 'workspace.brand_changed',
  example: { body: { name: 'Acme', colour: '#1d4ed8' } },
  answer: async (ctx, { body }) => ({ status: 200, body: showBrand(await setBrand(ctx, body)) }),
});

export const brandRoutes: readonly Route[] = [get, set];
