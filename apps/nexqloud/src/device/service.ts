import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { dataFolderOf } from '../data-folder.ts'
import { formatFields, printResult } from '../fields.ts'
import type { DataOptions } from '../option.ts'
import { repositoryRoot } from '../repository.ts'
import { runProcess, type RunProcess } from '../run-process.ts'
import type { Shell } from '../shell.ts'
import { readIfPresent, removeIfPresent, replaceFile } from '../whole-file.ts'
import { readAgentStatus } from './agent-status.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { NotJoinedError } from './errors.ts'
import { readMembership } from './membership.ts'
import {
  NoServiceManagerError,
  ServiceFailedError,
  ServiceForbiddenError,
  ServiceTakenError,
} from './service-errors.ts'
import {
  describeService,
  isOwnService,
  type AgentService,
  type ServiceFile,
  type ServiceManager,
} from './service-file.ts'

/** How a service is described. */
export type ServiceOptions = DataOptions & DeviceNameOptions & { readonly engineSocket?: string }

/** The system that services are made on. */
export type ServiceSystem = {
  /** Nothing where it has none that we know. */
  readonly manager: ServiceManager | undefined
  readonly isRoot: boolean
  /** Stands before the paths of its files. */
  readonly root: string
  readonly run: RunProcess
}

const thisSystem = (): ServiceSystem => ({
  manager: findManager(),
  isRoot: process.getuid?.() === 0,
  root: '',
  run: runProcess,
})

/** sd_booted(3): the folder is there where systemd is process 1. */
function findManager(): ServiceManager | undefined {
  if (process.platform === 'darwin') return 'launchd'
  return existsSync('/run/systemd/system') ? 'systemd' : undefined
}

/** Has the folder's device run from boot on. Said again, it is as it was. */
export async function installService(
  options: ServiceOptions,
  shell: Shell,
  system: ServiceSystem = thisSystem(),
): Promise<void> {
  const scene = await openScene(options, shell, system)
  const { file, manager, folder } = scene
  if ((await readMembership(folder)) === undefined) throw new NotJoinedError(folder)
  assertRoot(system)
  const present = await readOwn(scene)
  if (present !== file.text) await replaceFile({ file: scene.path, text: file.text, mode: 0o644 })
  const isBusy = (await readAgentStatus(folder)) !== undefined
  if (manager === 'systemd') {
    await run(scene, ['systemctl', 'daemon-reload'])
    // An agent that runs has the folder; the service takes it over at the next start.
    await run(scene, ['systemctl', 'enable', ...(isBusy ? [] : ['--now']), file.id])
  } else if (present !== file.text && !isBusy) {
    await run(scene, ['launchctl', 'bootstrap', 'system', scene.path])
  }
  const told = isBusy
    ? 'An agent runs already; the service starts with the machine.'
    : 'It runs, and starts with the machine.'
  print(scene, { isInstalled: true, isChanged: present !== file.text }, [told])
}

/** Has it not run from boot on any more, and ends what the service started. Said again, it is as it was. */
export async function removeService(
  options: ServiceOptions,
  shell: Shell,
  system: ServiceSystem = thisSystem(),
): Promise<void> {
  const scene = await openScene(options, shell, system)
  const { file, manager, path } = scene
  assertRoot(system)
  const present = await readOwn(scene)
  if (present === undefined)
    return print(scene, { isInstalled: false, isChanged: false }, ['There was none.'])
  if (manager === 'systemd') await run(scene, ['systemctl', 'disable', '--now', file.id])
  else await run(scene, ['launchctl', 'bootout', `system/${file.id}`])
  await removeIfPresent(path)
  if (manager === 'systemd') await run(scene, ['systemctl', 'daemon-reload'])
  print(scene, { isInstalled: false, isChanged: true }, ['It is removed; containers run on.'])
}

/** Tells whether there is a service, and how it is. */
export async function showService(
  options: ServiceOptions,
  shell: Shell,
  system: ServiceSystem = thisSystem(),
): Promise<void> {
  const scene = await openScene(options, shell, system)
  const present = await readOwn(scene)
  const ask = async (...args: readonly string[]): Promise<string> => {
    const [program = '', ...rest] = args
    const { stdout } = await system.run({ program, args: rest, cwd: '/' }, shell.signal)
    return stdout.trim()
  }
  const { id } = scene.file
  const state =
    scene.manager === 'systemd'
      ? `${await ask('systemctl', 'is-enabled', id)}, ${await ask('systemctl', 'is-active', id)}`
      : await ask('launchctl', 'print', `system/${id}`)
  const isInstalled = present !== undefined
  print(scene, { isInstalled, ...(isInstalled && { state }) }, [
    isInstalled ? state : 'There is none: nexqloud device service install makes it.',
  ])
}

type Scene = {
  readonly options: ServiceOptions
  readonly shell: Shell
  readonly system: ServiceSystem
  readonly manager: ServiceManager
  readonly folder: string
  readonly service: AgentService
  readonly file: ServiceFile
  /** Where the file is. */
  readonly path: string
}

async function openScene(
  options: ServiceOptions,
  shell: Shell,
  system: ServiceSystem,
): Promise<Scene> {
  const { manager } = system
  if (manager === undefined) throw new NoServiceManagerError()
  const { name, engineSocket } = options
  const dataFolder = resolve(dataFolderOf(options.data, shell))
  const named = name === undefined ? [] : ['--name', name]
  const socket = engineSocket === undefined ? [] : ['--engine-socket', resolve(engineSocket)]
  const program = `${repositoryRoot}/nexqloud`
  const command = [program, 'device', 'run', '--data', dataFolder, ...named, ...socket]
  const service = { name, dataFolder, command }
  const file = describeService(manager, service)
  const folder = deviceFolderOf(dataFolder, name)
  return { options, shell, system, manager, folder, service, file, path: system.root + file.path }
}

function assertRoot({ isRoot }: ServiceSystem): void {
  if (!isRoot) throw new ServiceForbiddenError()
}

/** Returns what the file holds; nothing where there is none. @throws {@link ServiceTakenError} */
async function readOwn({ path, service }: Scene): Promise<string | undefined> {
  const text = await readIfPresent(path)
  if (text !== undefined && !isOwnService(text, service)) throw new ServiceTakenError(path)
  return text
}

async function run({ system, shell }: Scene, command: readonly string[]): Promise<void> {
  const [program = '', ...args] = command
  const { exitCode, output } = await system.run({ program, args, cwd: '/' }, shell.signal)
  if (exitCode !== 0) throw new ServiceFailedError(command.join(' '), output)
}

function print(
  { file, path, options, shell }: Scene,
  facts: Readonly<Record<string, unknown>>,
  sentences: readonly string[],
): void {
  printResult(
    {
      document: { service: file.id, file: path, ...facts },
      lines: formatFields([
        ['service', file.id],
        ['file', path],
        ...sentences.map((text) => ['', text] as const),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
