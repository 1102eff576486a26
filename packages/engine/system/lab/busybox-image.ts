import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import Docker from 'dockerode'

/** Programs of busybox that the tests run inside containers. */
const applets = ['sh', 'sleep', 'cat', 'echo', 'true', 'id', 'wget', 'nc', 'timeout', 'httpd', 'dd']
const more = [
  'grep',
  'nslookup',
  'stty',
  'unshare',
  'touch',
  'tail',
  'head',
  'ls',
  'kill',
  'env',
  'mkdir',
  'yes',
  'stat',
  'find',
  'chmod',
  'mv',
  'rm',
  'rmdir',
  'ln',
  'readlink',
  'tr',
]

/** What an image of the tests is to be. */
type ImageOptions = {
  readonly folder: string
  readonly name: string
  readonly architecture?: string
  /** Makes images differ. */
  readonly note?: string
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Loads an image with busybox alone into an engine, as `docker load` would; nothing is taken from a network. */
export async function loadBusybox(socketPath: string, options: ImageOptions): Promise<void> {
  const docker = new Docker({ socketPath })
  const archive = writeArchive(options)
  const answer = await docker.loadImage(archive)
  await new Promise((resolve, reject) => answer.resume().once('end', resolve).once('error', reject))
}

/** Returns the path of an archive in the format of `docker save`. */
function writeArchive({ folder, name, architecture, note = '' }: ImageOptions): string {
  const work = join(folder, `image-${name.replaceAll(/[^a-z0-9]/g, '-')}`)
  const root = join(work, 'root')
  mkdirSync(join(root, 'bin'), { recursive: true })
  for (const path of ['tmp', 'etc']) mkdirSync(join(root, path))
  chmodSync(join(root, 'tmp'), 0o1777)
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const applet of [...applets, ...more]) symlinkSync('busybox', join(root, 'bin', applet))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\ntenant:x:1000:1000::/:/bin/sh\n')
  writeFileSync(join(root, 'etc/note'), note)
  execFileSync('tar', [
    '-C',
    root,
    '--sort=name',
    '--mtime=@0',
    '-cf',
    join(work, 'layer.tar'),
    '.',
  ])
  const layer = createHash('sha256')
    .update(readFileSync(join(work, 'layer.tar')))
    .digest('hex')
  const configuration = {
    architecture: architecture ?? architectures[process.arch],
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: ['/bin/sh'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  }
  writeFileSync(join(work, 'config.json'), JSON.stringify(configuration))
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]
  writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest))
  const archive = `${work}.tar`
  execFileSync('tar', ['-C', work, '-cf', archive, 'config.json', 'manifest.json', 'layer.tar'])
  return archive
}
