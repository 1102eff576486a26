import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { UserKey } from '../test/scene.ts'

/** What a program of OpenSSH’s came to. */
export type Came = { readonly stdout: string; readonly stderr: string; readonly code: number }

/** OpenSSH's own clients, with one key. */
export type OpenSsh = {
  /** Runs one of its programs; `HOST` among the arguments is the user and host, `PORT` the port. */
  readonly run: (
    program: 'ssh' | 'scp' | 'sftp',
    args: readonly string[],
    stdin?: string,
  ) => Promise<Came>
  /** What every call has. */
  readonly options: readonly string[]
}

/** Returns OpenSSH's clients, which trust whoever they meet first. */
export function createOpenSsh(
  key: UserKey,
  {
    host,
    port,
    user = 'ec2-user',
  }: { readonly host: string; readonly port: number; readonly user?: string },
): OpenSsh {
  const folder = openFolder()
  const identity = join(folder, 'key')
  writeFileSync(identity, key.private, { mode: 0o600 })
  chmodSync(identity, 0o600)
  const options = [
    '-F',
    'none',
    '-i',
    identity,
    ...[
      'IdentitiesOnly=yes',
      'BatchMode=yes',
      'LogLevel=ERROR',
      'StrictHostKeyChecking=accept-new',
      `UserKnownHostsFile=${join(folder, 'known')}`,
      `Port=${port}`,
    ].flatMap((option) => ['-o', option]),
  ]
  return {
    options,
    run: (program, args, stdin = '') =>
      new Promise((resolve) => {
        const named = args.map((arg) => arg.replace('HOST', `${user}@${host}`))
        const child = execFile(
          program,
          [...options, ...named],
          { maxBuffer: 1 << 28, timeout: 120_000 },
          (failure, stdout, stderr) => {
            const code = failure === null ? 0 : Number(failure.code ?? 255)
            resolve({ stdout, stderr, code })
          },
        )
        child.stdin?.on('error', () => {}).end(stdin)
      }),
  }
}

/** Returns a folder that is gone after the test. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-ssh-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
