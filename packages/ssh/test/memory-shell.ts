import { Duplex, duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'

import type { ContainerShell, ShellProcess } from '../src/index.ts'

/** A program of a container in memory; returns its exit code. */
export type Program = (process: ShellProcess, script: string) => Promise<number> | number

/** A container that is in memory. */
export type MemoryContainer = {
  /** By the command that a user types; `''` is the login shell. */
  readonly programs: Readonly<Record<string, Program>>
  readonly hasShell?: boolean
  /** What listens on its ports. */
  readonly ports?: Readonly<Record<number, (connection: Duplex) => void>>
}

/** Programs that tests run. */
export const programs = {
  'echo hello': ({ stdout }) => {
    stdout.write('hello\n')
    return 0
  },
  fail: ({ stderr }) => {
    stderr.write('it failed\n')
    return 3
  },
  cat: async ({ stdin, stdout }) => {
    for await (const bytes of stdin ?? []) await written(stdout, bytes as Buffer)
    return 0
  },
  count: async ({ stdin, stdout }) => {
    stdout.write(String((await text(stdin ?? Duplex.from(''))).length))
    return 0
  },
  script: ({ stdout }, script) => {
    stdout.write(script)
    return 0
  },
} as const satisfies Readonly<Record<string, Program>>

/** Resolves when bytes were taken. */
export function written(output: ShellProcess['stdout'], bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(bytes, (failure) => (failure == null ? resolve() : reject(failure)))
  })
}

/** Returns the way into containers in memory. */
export function createMemoryShell(
  containers: Readonly<Record<string, MemoryContainer>>,
): ContainerShell {
  const find = (instance: string): MemoryContainer => {
    const container = containers[instance]
    if (container === undefined) throw new Error(`${instance} is on no device just now.`)
    return container
  }
  return {
    run: async (instance, process) => {
      const { programs: known, hasShell = true } = find(instance)
      if (!hasShell) return 127
      const script = process.command[2] ?? ''
      const [, exit] = /^exit (\d+)$/.exec(script) ?? []
      if (exit !== undefined) return Number(exit)
      const [, typed = ''] = /\nexec \/bin\/sh -c '(.*)'$/s.exec(script) ?? []
      const program = known[typed]
      if (program !== undefined) return program(process, script)
      process.stderr.write(`sh: ${typed}: not found\n`)
      return 127
    },
    connect: async (instance, port) => {
      const listener = find(instance).ports?.[port]
      if (listener === undefined) throw new Error(`Nothing listens on port ${port}.`)
      const [near, far] = duplexPair()
      listener(far)
      return near
    },
  }
}
