import { fileURLToPath } from 'node:url'

/** The folder of this repository: the tests and the benchmarks run in it, whatever folder the command was typed in. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
