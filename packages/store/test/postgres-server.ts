/** Debian's PostgreSQL, as a server of the test's own: in a scratch folder, on a loopback port, under a user that is not root. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A server that runs until it is told to stop; it may be started again. */
export type PostgresServer = {
  readonly url: string
  readonly start: () => Promise<void>
  /** Ends it at once, as a power cut would. */
  readonly kill: () => Promise<void>
  readonly remove: () => Promise<void>
}

const LIBRARY = '/usr/lib/postgresql'
/** Debian's user of that name where the test is root, since the server refuses to be. */
const USER = 'postgres'

/** Returns the folder of the newest server's programs; nothing where there is none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(LIBRARY) ? readdirSync(LIBRARY) : []
  return versions
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(LIBRARY, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')))
}

/** Makes a server from the programs of a folder; it is not started yet. */
export async function createPostgresServer(programs: string): Promise<PostgresServer> {
  // Its user may not enter a folder for temporary files that is somebody's own.
  const folder = mkdtempSync('/tmp/nexqloud-postgres-')
  const rights = userRights()
  if (rights !== undefined) chownSync(folder, rights.uid, rights.gid)
  chmodSync(folder, 0o700)
  const data = join(folder, 'data')
  const options = { ...rights, cwd: folder, stdio: 'ignore' } as const
  const initial = ['-D', data, '-U', 'nexqloud', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  execFileSync(join(programs, 'initdb'), [...initial, '--locale=C'], options)
  const port = await freePort()
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F']
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGQUIT')
    await ended
    child = undefined
  }
  return {
    url: `postgres://nexqloud@127.0.0.1:${port}/postgres`,
    start: async () => {
      child = spawn(join(programs, 'postgres'), args, options)
      const ready = ['-h', '127.0.0.1', '-p', String(port), '-q']
      for (let attempt = 0; attempt < 200; attempt += 1) {
        if (succeeds(join(programs, 'pg_isready'), ready)) return
        await delay(100)
      }
      throw new Error('PostgreSQL did not start within 20 s.')
    },
    kill,
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function userRights(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, USER], { encoding: 'utf8' })),
  )
  return { uid: uid ?? 0, gid: gid ?? 0 }
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
