import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { bringPython, type Python } from '../../../packages/ec2/system/moto/python.ts'
import { profileFileOf } from '../src/ec2/profile.ts'
import type { Registry } from '../src/first-app/registry.ts'
import { runToEnd } from './run-to-end.ts'
import { serveToolsImage, untilAsked } from './tools-image.ts'
import { findUpObstacle } from './up-obstacle.ts'
import { startUp, type UpProcess } from './up-process.ts'

/** A network on this machine with a Docker of its own, and AWS's clients before it. */
export type Ec2Lab = {
  readonly up: UpProcess
  readonly data: string
  /** A folder that goes with it. */
  readonly folder: string
  /** What AWS's clients find the network by. */
  readonly env: NodeJS.ProcessEnv
  readonly python: Python
  /** An image that answers on port 80, and has a shell. */
  readonly image: string
  /** Runs the AWS CLI; returns what it prints, as JSON says it. */
  readonly aws: (...args: readonly string[]) => Promise<unknown>
  readonly close: () => Promise<void>
}

const MINUTES_MS = 300_000

/** Returns why there can be none here; nothing where there can. */
export async function findEc2Obstacle(): Promise<string | undefined> {
  const python = bringPython()
  return 'missing' in python ? python.missing : findUpObstacle('kubectl')
}

/** Starts one; its ports begin with this one. */
export async function openEc2Lab(portBase: number): Promise<Ec2Lab> {
  const python = bringPython()
  if ('missing' in python) throw new TypeError(python.missing)
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-ec2-'))
  const data = join(folder, 'data')
  const tools: Registry = await serveToolsImage(join(folder, 'tools'), { command: untilAsked })
  const up = await startUp(data, portBase, ['--app', 'none'])
  const profile = profileFileOf(data)
  if (!existsSync(profile)) throw new TypeError(`up wrote no profile: ${up.said()}`)
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    AWS_CONFIG_FILE: profile,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return {
    up,
    data,
    folder,
    env,
    python,
    image: tools.image,
    aws: (...args) => runAws(python, env, args),
    close: async () => {
      await runToEnd('down', '--data', data).ended
      await tools.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const run = promisify(execFile)

async function runAws(
  { programs }: Python,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<unknown> {
  const options = { env, timeout: MINUTES_MS, maxBuffer: 1 << 26 }
  const { stdout } = await run(join(programs, 'aws'), [...args, '--output', 'json'], options)
  return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as unknown)
}
