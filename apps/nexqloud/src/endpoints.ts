import { join } from 'node:path'

import { BaseError } from '@nexqloud/kernel'
import { z } from 'zod'

import { lockFolder } from './folder-lock.ts'
import { isStillRunning, ownMark } from './process.ts'
import { readIfPresent, removeIfPresent, replaceFile } from './whole-file.ts'

/** The doors of what runs from a data folder: URLs, and absolute names of files. */
const doors = z.object({
  chain: z.string().exactOptional(),
  kubernetes: z.string().exactOptional(),
  kubeconfig: z.string().exactOptional(),
  ec2: z.string().exactOptional(),
  gateway: z.string().exactOptional(),
  /** Where devices dial, `host:port`. */
  devices: z.string().exactOptional(),
})

/** Some of the doors. */
export type Doors = z.output<typeof doors>

/** `endpoints.json`; doors that no process of the list has were written by somebody else, and are believed. */
const document = doors.extend({
  /** What runs, by the name of its command, and which doors it has. */
  processes: z
    .record(
      z.string(),
      z.object({
        pid: z.int().positive(),
        born: z.string().exactOptional(),
        doors: z.array(z.string()).readonly(),
      }),
    )
    .default({}),
})

type Document = z.output<typeof document>

/** A file of the data folder cannot be used. */
class EndpointsUnreadableError extends BaseError {
  constructor(file: string) {
    super(`${file} does not say where anything is.`, {
      code: 'CLI_ENDPOINTS_INVALID',
      kind: 'invalid',
      hint: 'Remove it: whatever runs from the folder writes it at its next start.',
    })
  }
}

/** Another process keeps the list of what runs to itself. */
class EndpointsBusyError extends BaseError {
  constructor(file: string) {
    super(`Another process has been changing ${file} for ten seconds.`, {
      code: 'CLI_ENDPOINTS_BUSY',
      kind: 'unavailable',
      hint: 'A process of nexqloud that was stopped (Ctrl-Z) may hold it: let it go on, or end it; then repeat the command.',
    })
  }
}

/**
 * Returns the doors that are open now: those of a process that was killed are passed over.
 *
 * @throws {@link EndpointsUnreadableError}
 */
export async function readDoors(folder: string): Promise<Doors> {
  const { processes: _processes, ...open } = withoutDead(await readDocument(folder))
  return open
}

/**
 * Returns the process that runs from a folder by this name of a command; nothing where none does.
 *
 * @throws {@link EndpointsUnreadableError}
 */
export async function processOf(folder: string, name: string): Promise<number | undefined> {
  return withoutDead(await readDocument(folder)).processes[name]?.pid
}

/**
 * Says where this process has its doors, and returns how to take that back.
 *
 * @throws {@link EndpointsUnreadableError}, {@link EndpointsBusyError}
 */
export async function announceDoors(
  folder: string,
  name: string,
  own: Doors,
): Promise<() => Promise<void>> {
  const entry = { ...ownMark(), doors: Object.keys(own) }
  await change(folder, (now) => ({
    ...now,
    ...own,
    processes: { ...now.processes, [name]: entry },
  }))
  return () =>
    change(folder, (now) => (now.processes[name]?.pid === process.pid ? without(now, name) : now))
}

async function change(folder: string, next: (now: Document) => Document): Promise<void> {
  using list = await takeList(folder)
  const { file } = list
  const wanted = next(withoutDead(await readDocument(folder)))
  if (Object.keys(wanted.processes).length === 0) return removeIfPresent(file)
  await replaceFile({ file, text: `${JSON.stringify(wanted, null, 2)}\n` })
}

/** Each try waits half a second. */
const ATTEMPTS = 20

async function takeList(folder: string): Promise<Disposable & { readonly file: string }> {
  const file = fileOf(folder)
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const lock = await lockFolder(join(folder, 'endpoints'))
    if (lock !== undefined) return { file, [Symbol.dispose]: () => lock[Symbol.dispose]() }
  }
  throw new EndpointsBusyError(file)
}

async function readDocument(folder: string): Promise<Document> {
  const file = fileOf(folder)
  const text = await readIfPresent(file)
  if (text === undefined) return { processes: {} }
  try {
    return document.parse(JSON.parse(text))
  } catch {
    throw new EndpointsUnreadableError(file)
  }
}

function withoutDead(now: Document): Document {
  const dead = Object.entries(now.processes).filter(([, process]) => !isStillRunning(process))
  return dead.reduce((rest, [name]) => without(rest, name), now)
}

function without(now: Document, name: string): Document {
  const { [name]: gone, ...processes } = now.processes
  const shut = new Set(gone?.doors)
  const open = Object.entries(now).filter(([door]) => !shut.has(door))
  return document.parse({ ...Object.fromEntries(open), processes })
}

function fileOf(folder: string): string {
  return join(folder, 'endpoints.json')
}
