import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end and answers what it wrote. Rejects, with the same, when it ends with anything but 0. */
export const execute = promisify(execFile);
