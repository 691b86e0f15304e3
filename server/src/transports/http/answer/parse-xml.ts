import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Characters that are parsed at once, and elements inside each other. */
export const xmlLimits = { length: 256 * 1024, depth: 100 } as const;

/**
 * XML as JSON: an element is the object of its children, a list of them where several have one name, its text where it has
 * nothing else and `#text` beside; attributes begin with `@`; values stay text. `undefined` for what is not well-formed, too
 * long, too deep, or has a document type: no entity is ever defined, fetched or expanded.
 */
export function parseXml(text: string): unknown {
  if (text.length > xmlLimits.length || /<!DOCTYPE/i.test(text)) return undefined;
  if (XMLValidator.validate(text) !== true) return undefined;
  try {
    return createParser().parse(text);
  } catch {
    return undefined;
  }
}

function createParser(): XMLParser {
  return new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    jPath: false,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: xmlLimits.depth,
    entityDecoder,
  });
}

/** The five that XML has by itself and characters by number (XML 1.0 §4.1, §4.6), once; any other stays as it is written. */
const entityDecoder = {
  decode: (text: string) => text.replaceAll(/&(lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g, character),
  setExternalEntities: () => undefined,
  addInputEntities: () => undefined,
  reset: () => undefined,
  setXmlVersion: () => undefined,
};

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function character(written: string, name: string): string {
  if (!name.startsWith('#')) return predefined[name] ?? written;
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : written;
}
