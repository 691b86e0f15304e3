/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What lies behind the text of our pages, light and dark: `--card` and `--paper` of the style sheet, whichever is harder to read on. */
const grounds = { light: [251, 250, 247], dark: [29, 32, 36] } as const satisfies Record<string, Rgb>;
const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** WCAG 2.2, 1.4.3: of text and what lies behind it. */
const leastContrast = 4.5;

/** A colour of a brand as our pages use it in light and in dark, each with what can be read on it. */
export interface PageColours {
  readonly light: { readonly colour: string; readonly on: string };
  readonly dark: { readonly colour: string; readonly on: string };
}

/** The colour as it is where it can be read on our pages, else as little darker or lighter as that takes. */
export function pageColours(hex: string): PageColours {
  const { light, dark } = grounds;
  return { light: readable(readHex(hex), light, black), dark: readable(readHex(hex), dark, white) };
}

/** The three numbers of `#1d70b8`. */
function readHex(hex: string): Rgb {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function readable(colour: Rgb, ground: Rgb, towards: Rgb) {
  const steps = Array.from({ length: 101 }, (_, step) => mix(colour, towards, step / 100));
  const found = steps.find((each) => contrast(each, ground) >= leastContrast) ?? towards;
  return { colour: writeHex(found), on: contrast(found, white) >= leastContrast ? '#ffffff' : '#000000' };
}

function mix([red, green, blue]: Rgb, [otherRed, otherGreen, otherBlue]: Rgb, share: number): Rgb {
  const between = (from: number, to: number) => Math.round(from + (to - from) * share);
  return [between(red, otherRed), between(green, otherGreen), between(blue, otherBlue)];
}

function writeHex(rgb: Rgb): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** How well two colours are told apart, from 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
