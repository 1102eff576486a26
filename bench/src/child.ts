import { loadBench } from './index.ts'
import { measureCase } from './measure-case.ts'

/** Runs one case of one benchmark, `node child.ts FILE CASE`, and prints its sample as the last line. */
const [file = '', name = ''] = process.argv.slice(2)
const bench = await loadBench(file)
const run = bench.cases[name]
if (run === undefined) throw new Error(`${file} has no case named ${name}.`)
const sample = await measureCase(run)
process.stdout.write(`\n${JSON.stringify(sample)}\n`)
