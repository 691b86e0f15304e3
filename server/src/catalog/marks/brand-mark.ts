import type { Connector } from '../connector.ts';

/**
 * The mark of a connector as a standalone SVG: its icon, or the first letter of its name, on a tile of its brand colour,
 * black or white by contrast. Made of checked parts alone, so nothing in it can run or load (S12).
 */
export function brandMark({ name, brand_color }: Pick<Connector, 'name' | 'brand_color'>, iconPath?: string): string {
  const colour = /^#[0-9a-f]{6}$/i.test(brand_color) ? brand_color : '#666666';
  const ink = isLight(colour) ? '#000000' : '#ffffff';
  const drawing = iconPath !== undefined && isPathData(iconPath) ? icon(iconPath, ink) : letter(name, ink);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" role="img"><title>${escaped(name)}</title><rect width="40" height="40" rx="8" fill="${colour}"/>${drawing}</svg>`;
}

/** Whether the text is path data of SVG 1.1 §8.3 and nothing else, of a sensible size. */
export function isPathData(text: string): boolean {
  return text.length <= 40_000 && /^[MmLlHhVvCcSsQqTtAaZz0-9eE.,\s+-]+$/.test(text);
}

function icon(path: string, ink: string): string {
  return `<path transform="translate(8 8)" fill="${ink}" d="${path}"/>`;
}

function letter(name: string, ink: string): string {
  const first = [...name.trim()][0]?.toUpperCase() ?? '?';
  return `<text x="20" y="27" text-anchor="middle" font-family="system-ui,sans-serif" font-size="20" font-weight="600" fill="${ink}">${escaped(first)}</text>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\p{Cc}]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Whether black stands out more than white: WCAG 2.2's relative luminance above 0.179. */
function isLight(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) =>
    linear(Number.parseInt(colour.slice(start, start + 2), 16) / 255),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
}

function linear(channel: number): number {
  return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
