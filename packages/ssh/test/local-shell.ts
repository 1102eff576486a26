import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

import type { ContainerShell } from '../src/index.ts'

/** A shell of this machine that stands for a container’s. */
export type LocalShell = {
  /** What is run instead of `/bin/sh`, e.g. `busybox sh`. */
  readonly sh: readonly string[]
  readonly home: string
  readonly env?: Readonly<Record<string, string>>
}

/** Returns the way into a container that is this machine, for what needs no terminal. */
export function createLocalShell({ sh, home, env = {} }: LocalShell): ContainerShell {
  return {
    run: async (_instance, { command, stdin, stdout, stderr, signal }) => {
      const [program = '', ...first] = sh
      const words = command.slice(1).map((word) => word.replaceAll('/bin/sh', sh.join(' ')))
      const child = spawn(program, [...first, ...words], {
        env: { PATH: process.env['PATH'] ?? '', ...env, HOME: home },
        signal,
      })
      child.on('error', () => {})
      child.stdin.on('error', () => {})
      if (stdin === undefined) child.stdin.end()
      else stdin.pipe(child.stdin)
      child.stdout.pipe(stdout, { end: false })
      child.stderr.pipe(stderr, { end: false })
      const [code] = (await once(child, 'close')) as [number | null]
      return code ?? 137
    },
    connect: async (_instance, port) => {
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
      await once(socket, 'connect')
      return socket
    },
  }
}
