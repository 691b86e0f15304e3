import type { ConnectionSettings, GeneralParam } from './connection-settings.ts';

/** A general parameter that has a value: it is put into every call, as it stands (RULINGS 000.3). */
export type FixedParam = GeneralParam & { readonly value: string };

/** The general parameters that have a value; those without one stay what the caller says. */
export function fixedParams({ generalParams }: Pick<ConnectionSettings, 'generalParams'>): readonly FixedParam[] {
  return generalParams.filter((param): param is FixedParam => param.value !== null);
}

/** The headers that header and cookie parameters come to, by names in lower case; cookies share one header (RFC 6265 §5.4). */
export function headersOf(params: readonly FixedParam[]): Readonly<Record<string, string>> {
  const headers = params.filter(({ location }) => location === 'header');
  const cookies = params.filter(({ location }) => location === 'cookie');
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return Object.fromEntries([
    ...headers.map(({ name, value }) => [name.toLowerCase(), value] as const),
    ...(cookies.length === 0 ? [] : [['cookie', cookie] as const]),
  ]);
}
