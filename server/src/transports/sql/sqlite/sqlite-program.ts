import { text } from 'node:stream/consumers';
import { runTask, type SqliteTask } from './run-task.ts';

/** The program's own start: one task on its standard input, one reply on its standard output. */
const task: SqliteTask = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(runTask(task)));
