import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { makeImageLayout } from '../src/first-app/image-layout.ts'
import { listProgramFiles, type ImageFile } from '../src/first-app/program-files.ts'
import { openRegistry, type Registry } from '../src/first-app/registry.ts'

/** Where a package lies, by its name. */
const PACKAGE = /^(?<folder>.*\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+))\/(?<rest>.*)$/

/** What asks from inside: {@link program} of the image, by AWS's own SDK. */
const source = join(import.meta.dirname, '../../../packages/ec2/system/instance/ask-api.ts')

/** The command that asks. */
export const askingCommand = ['/bin/node', '/app/ask-api.ts'] as const

/** Serves, on any port of loopback, an image that waits, and has Node, AWS's SDK, and a program that asks by it; nothing is taken from a network. */
export async function serveSdkImage(
  folder: string,
  architecture = process.arch === 'x64' ? 'amd64' : process.arch,
): Promise<Registry> {
  const layout = await makeImageLayout(folder, {
    files: [
      ...(await listProgramFiles()),
      { path: 'app/ask-api.ts', source },
      { path: 'bin/busybox', source: '/bin/busybox' },
      ...(await listSdkFiles()),
    ],
    architecture,
    command: ['/bin/busybox', 'sleep', '3600'],
  })
  return openRegistry(layout, { name: 'sdk', port: 0 })
}

/** Returns the files that the program loads, each package once and flat, as it finds them all the same. */
async function listSdkFiles(): Promise<readonly ImageFile[]> {
  const env = { PATH: process.env['PATH'], LIST_FILES: '1', HOME: '/nonexistent' }
  const { stdout } = await promisify(execFile)(process.execPath, [source], { env })
  const loaded = JSON.parse(stdout) as readonly string[]
  const files = new Map<string, string>()
  for (const file of loaded) {
    const { folder = '', name = '', rest = '' } = PACKAGE.exec(file)?.groups ?? {}
    files.set(`app/node_modules/${name}/${rest}`, file)
    // What a part of a package is called, and of which kind, is said beside it and above it.
    for (let at = dirname(file); at.startsWith(folder); at = dirname(at)) {
      const manifest = join(at, 'package.json')
      const path = `app/node_modules/${name}${manifest.slice(folder.length)}`
      if (existsSync(manifest)) files.set(path, manifest)
    }
  }
  return [...files].map(([path, from]) => ({ path, source: from }))
}
