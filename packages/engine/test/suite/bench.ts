import { setTimeout as wait } from 'node:timers/promises'

import type { ContainerEngine } from '../../src/container-engine.ts'
import type { ContainerEvent, ContainerStatus, OutputChunk } from '../../src/container/container.ts'
import type { ContainerId, ContainerSpecification } from '../../src/container/specification.ts'
import type { RegistryCredentials } from '../../src/image/image.ts'
import { runScript } from '../scripts.ts'

/** An engine to be held to its port, and what can be pulled there. */
export type EngineUnderTest = {
  readonly engine: (owner: string) => Promise<ContainerEngine>
  readonly images: {
    readonly open: string
    readonly guarded: string
    readonly foreign: string
    readonly unreachable: string
  }
  readonly credentials: RegistryCredentials
  /** Keeps a container from running, behind the back of whoever uses the engine, in each way that there is; each returns how to end it. */
  readonly holds: readonly ((id: ContainerId) => Promise<() => Promise<void>>)[]
  readonly close: () => Promise<void>
}

/** What a case of the suite works with: one engine, as two owners see it. */
export type Bench = {
  readonly subject: EngineUnderTest
  readonly engine: ContainerEngine
  readonly other: ContainerEngine
  /** Makes a container of the suite's image, lets it be used, and removes it. */
  readonly withContainer: (
    wanted: Partial<ContainerSpecification>,
    use: (id: ContainerId) => Promise<void>,
  ) => Promise<void>
  /** The same with one that runs. */
  readonly withRunning: (use: (id: ContainerId) => Promise<void>) => Promise<void>
  readonly untilExited: (id: ContainerId) => Promise<ContainerStatus>
}

/** A sentence about every engine, and what shows that it holds. */
export type Case = { readonly name: string; readonly run: (bench: Bench) => Promise<void> }

export const limits = { memoryBytes: 64 * 1024 * 1024, cpuMilli: 1000, pids: 64 }

/** A container that no engine has. */
export const NOBODY = 'ab'.repeat(32) as ContainerId

/** Opens an engine for two owners. */
export async function openBench(subject: EngineUnderTest): Promise<Bench> {
  const [engine, other] = [await subject.engine('one'), await subject.engine('two')]
  let count = 0

  async function withContainer(
    wanted: Partial<ContainerSpecification>,
    use: (id: ContainerId) => Promise<void>,
  ): Promise<void> {
    const { id: image } = await engine.pullImage({ image: subject.images.open })
    count += 1
    const id = await engine.createContainer({
      name: `suite-${count}`,
      image,
      network: { kind: 'none' },
      limits,
      capabilities: [],
      ...wanted,
    })
    try {
      await use(id)
    } finally {
      await engine.removeContainer(id)
    }
  }

  return {
    subject,
    engine,
    other,
    withContainer,
    withRunning: (use) =>
      withContainer({ command: runScript('serve') }, async (id) => {
        await engine.startContainer(id)
        await read(engine.readLogs(id, { follow: true }), 1)
        await use(id)
      }),
    untilExited: async (id) => {
      for (;;) {
        const status = await engine.inspectContainer(id)
        if (status.state === 'exited') return status
        await wait(10)
      }
    },
  }
}

/** Returns the text of an output, to its end or so many chunks. */
export async function read(
  chunks: AsyncIterable<OutputChunk>,
  most = Infinity,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const text = { stdout: '', stderr: '' }
  let count = 0
  for await (const { stream, bytes } of chunks) {
    text[stream] += Buffer.from(bytes).toString()
    count += 1
    if (count >= most) break
  }
  return text
}

/** Returns the error that an attempt fails with. */
export async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt
  } catch (failure) {
    if (failure instanceof Error) return failure
  }
  throw new Error('It did not fail.')
}

/** Returns the events that come, and when no more do. */
export function collectEvents(events: AsyncIterable<ContainerEvent>): {
  readonly found: readonly ContainerEvent[]
  readonly done: Promise<void>
} {
  const found: ContainerEvent[] = []
  const done = (async () => {
    for await (const event of events) found.push(event)
  })()
  return { found, done }
}
