import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createEngineApi, type EngineApi } from './engine-api.ts'

/** A geth that keeps every state, with no peers, on loopback. */
export type GethProcess = {
  readonly engine: EngineApi
  /** Where its JSON-RPC is. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Below the range that outgoing connections take their ports from. */
const ENGINE_PORT = 21_551
const HTTP_PORT = 21_552

const storage = ['--state.scheme=hash', '--db.engine=leveldb']

/** Starts geth on a genesis file's JSON, in a folder that goes with it. */
export async function startGeth(program: string, genesis: unknown): Promise<GethProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-geth-'))
  const [genesisFile, secretFile] = [join(folder, 'genesis.json'), join(folder, 'jwt.hex')]
  const secret = randomBytes(32)
  writeFileSync(genesisFile, JSON.stringify(genesis))
  writeFileSync(secretFile, secret.toString('hex'))
  const data = ['--datadir', join(folder, 'data'), ...storage]
  execFileSync(program, ['init', ...data, genesisFile], { stdio: ['ignore', 'ignore', 'pipe'] })
  const log = openSync(join(folder, 'log'), 'a')
  const child = spawn(program, [...data, ...flags(secretFile)], { stdio: ['ignore', log, log] })
  const url = `http://127.0.0.1:${HTTP_PORT}`
  await waitUntilReady(child, { url, logFile: join(folder, 'log') })
  return {
    url,
    engine: createEngineApi({ url: `http://127.0.0.1:${ENGINE_PORT}`, jwtSecret: secret }),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

function flags(secretFile: string): readonly string[] {
  return [
    '--gcmode=archive',
    '--syncmode=full',
    '--authrpc.addr=127.0.0.1',
    `--authrpc.port=${ENGINE_PORT}`,
    `--authrpc.jwtsecret=${secretFile}`,
    '--http',
    '--http.addr=127.0.0.1',
    `--http.port=${HTTP_PORT}`,
    '--nodiscover',
    '--maxpeers=0',
    '--nat=none',
    '--port=0',
    '--netrestrict=127.0.0.1/32',
    '--ipcdisable',
  ]
}

async function waitUntilReady(
  child: ChildProcess,
  { url, logFile }: { readonly url: string; readonly logFile: string },
): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`geth ended: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    const answer = await ask(url, 'eth_chainId').catch(() => undefined)
    if (answer !== undefined) return
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
}

/** Returns what a JSON-RPC server answers. */
export async function ask(
  url: string,
  method: string,
  ...params: readonly unknown[]
): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  const { result } = (await response.json()) as { readonly result: unknown }
  return result
}
