import { normaliseHost } from '../../egress/guard/target.ts';
import type { Json } from '../../lib/json.ts';
import type { Connector, ServerEngine, SqlBlock, TlsMode } from '../connector.ts';
import { tlsModes } from '../format/sql.ts';
import {
  type InvalidTemplateValue,
  invalid,
  percentEncode,
  renderText,
  type TemplateValues,
} from '../templates/evaluate.ts';
import { templateValues } from '../templates/template-values.ts';
import { aloneIn, parseTemplate } from '../templates/template.ts';

/** A database server as a connection names it. */
export interface ServerPlace {
  readonly engine: ServerEngine;
  /** As `Target.host` holds it. */
  readonly host: string;
  readonly port: number;
  readonly database: string | undefined;
  readonly tls: TlsMode;
  /** PEM; absent: the authorities this machine trusts. */
  readonly ca: string | undefined;
}

/** An SQLite file, below the folder that the operator opened. */
export interface FilePlace {
  readonly engine: 'sqlite';
  readonly file: string;
}

export type DatabasePlace = ServerPlace | FilePlace;
export type FoundPlace = { readonly ok: true; readonly place: DatabasePlace } | InvalidTemplateValue;

type Databased = Pick<Connector, 'derived'> & { readonly sql: SqlBlock };

const usualPorts = { postgres: 5432, mysql: 3306 } as const;

/** The database that a connection of these values means, worked out without any secret (S1, S13). */
export function databasePlace({ sql, derived }: Databased, config: Readonly<Record<string, Json>>): FoundPlace {
  const values = templateValues({ derived }, { fields: config, publicUrl: '' });
  if (sql.engine !== 'sqlite') return serverPlace(sql, values);
  const file = textOf(sql.file, values);
  return file === undefined ? wrong(sql.file, 'is missing') : { ok: true, place: { engine: 'sqlite', file } };
}

/** `postgres://db.example.com:5432/sales`: what an approval shows and is bound to. It holds no user. */
export function databaseUrl(place: DatabasePlace): string {
  if (place.engine === 'sqlite') return `sqlite:${place.file.split('/').map(percentEncode).join('/')}`;
  return `${databaseOrigin(place)}/${percentEncode(place.database ?? '')}`;
}

/** `postgres://db.example.com:5432`: where the password may go (S1). */
export function databaseOrigin({ engine, host, port }: Pick<ServerPlace, 'engine' | 'host' | 'port'>): string {
  return `${engine}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function serverPlace(sql: Exclude<SqlBlock, { engine: 'sqlite' }>, values: TemplateValues): FoundPlace {
  const { engine } = sql;
  const host = textOf(sql.host, values);
  const name = host === undefined ? undefined : normaliseHost(host);
  if (host === undefined) return wrong(sql.host, 'is missing');
  if (name === undefined || !oneHost.test(name))
    return wrong(sql.host, 'must be one host name or address, without scheme, port or path');
  const port = textOf(sql.port, values) ?? String(usualPorts[engine]);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    return wrong(sql.port, 'must be a port number, 1 to 65535');
  const database = textOf(sql.database, values);
  return withTls({ engine, host: name, port: Number(port), database }, sql, values);
}

/** A name, or an address in its one form: a comma would mean several to some drivers. */
const oneHost = /^[a-z0-9._-]+$|^[0-9a-f:.]+$/;

type Untied = Omit<ServerPlace, 'tls' | 'ca'>;

/** Without a word about it the server has to prove who it is: a password is never sent to whoever answers. */
function withTls(place: Untied, sql: Exclude<SqlBlock, { engine: 'sqlite' }>, values: TemplateValues): FoundPlace {
  const wanted = textOf(sql.tls, values) ?? 'verify-full';
  const tls = tlsModes.find((mode) => mode === wanted);
  if (tls === undefined) return wrong(sql.tls, `must be one of ${tlsModes.join(', ')}`);
  const ca = textOf(sql.ca_certificate, values);
  if (ca === undefined) return { ok: true, place: { ...place, tls, ca } };
  if (/PRIVATE KEY/.test(ca) || !/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(ca))
    return wrong(sql.ca_certificate, 'must be the certificate of an authority in PEM, and no private key');
  if (tls === 'disable' || tls === 'require')
    return wrong(sql.ca_certificate, `is only used by verify-ca and verify-full, and not with ${tls}`);
  return { ok: true, place: { ...place, tls, ca } };
}

/** What a template comes to; blank counts as absent. */
function textOf(template: string | undefined, values: TemplateValues): string | undefined {
  const text = template === undefined ? undefined : renderText(parseTemplate(template), values);
  return typeof text !== 'string' || text.trim() === '' ? undefined : text.trim();
}

function wrong(template: string | undefined, what: string): InvalidTemplateValue {
  const name = template === undefined ? undefined : aloneIn(parseTemplate(template))?.name;
  return invalid(name ?? 'database', what);
}
