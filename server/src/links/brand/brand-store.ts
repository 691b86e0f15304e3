import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    brands: {
      workspace_id: WorkspaceColumn;
      name: string | null;
      /** A `data:` address. */
      logo: string | null;
      /** `#1d70b8` */
      colour: string | null;
      updated_at: string;
    };
  }
}

/** What the pages for end users look like; null: as ours do. */
export interface Brand {
  readonly name: string | null;
  readonly logo: string | null;
  readonly colour: string | null;
}

/** What holds where nobody set anything. */
export const plainBrand: Brand = { name: null, logo: null, colour: null };

export async function findBrand(db: WorkspaceRows): Promise<Brand> {
  const row = await db.rows.selectFrom('brands').select(['name', 'logo', 'colour']).executeTakeFirst();
  return row ?? plainBrand;
}

export async function putBrand(trx: WorkspaceTrx, brand: Brand, now: string): Promise<void> {
  const row = { ...brand, updated_at: now };
  await trx.rows
    .insertInto('brands')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace_id']).doUpdateSet(row))
    .execute();
}
