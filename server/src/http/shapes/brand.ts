import { z } from 'zod';
import type { Brand } from '../../links/brand/brand-store.ts';
import { pageColours } from '../../links/brand/colours.ts';

const colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #1d70b8')
  .toLowerCase();
const shades = z.object({ light: z.string(), dark: z.string() });

/** What the pages for end users look like; null or left out: as ours do. */
export const brandWish = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[^\p{Cc}]{1,60}$/u, 'must be 1 to 60 characters')
    .nullable()
    .default(null),
  logo: z
    .string()
    .max(50_000)
    .nullable()
    .default(null)
    .describe('data:image/png;base64,… A PNG, JPEG or WebP of at most 32 KiB.'),
  colour: colour.nullable().default(null),
});

export const brandItem = z
  .object({
    name: z.string().nullable(),
    logo: z.string().nullable(),
    colour: z.string().nullable(),
    shown: shades.nullable().describe('The colour as the pages use it, so that it can be read in light and in dark.'),
  })
  .meta({ id: 'Brand' });

export function showBrand({ name, logo, colour: chosen }: Brand): z.output<typeof brandItem> {
  const colours = chosen === null ? null : pageColours(chosen);
  return { name, logo, colour: chosen, shown: colours && { light: colours.light.colour, dark: colours.dark.colour } };
}
