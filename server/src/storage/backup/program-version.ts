/** The version of this program, as backups say it. */
export const programVersion = '0.1.0';
