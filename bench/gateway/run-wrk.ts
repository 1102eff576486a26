import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What is asked for, by how many connections, for how long. */
export type Load = {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly seconds: number
}

/** What came back. */
export type LoadReport = { readonly requests: number; readonly p99Ms: number }

const run = promisify(execFile)

/**
 * Loads an HTTP server on this machine with wrk, one thread, connections kept open.
 *
 * @throws where an answer is not 200 or a connection broke.
 */
export async function runWrk({ port, path, connections, seconds }: Load): Promise<LoadReport> {
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '30s']
  const { stdout } = await run('wrk', [...options, `http://127.0.0.1:${port}${path}`])
  const errors = /Socket errors.*|Non-2xx.*/.exec(stdout)?.[0]
  if (errors !== undefined) throw new Error(`wrk of ${path}: ${errors}`)
  const [, requests = 'none'] = /(\d+) requests in/.exec(stdout) ?? []
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s|m)/.exec(stdout) ?? []
  return { requests: Number(requests), p99Ms: Number(p99) * (millisecondsOf[unit] ?? NaN) }
}

const millisecondsOf: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }
