import { once } from 'node:events'
import { connect as connectTo } from 'node:net'

import type {
  ContainerTarget,
  KubeletStreams,
  ProcessRequest,
} from '../src/server/streams/kubelet-streams.ts'
import { statusError } from '../src/status-error.ts'

type Program = (target: ContainerTarget, process: ProcessRequest) => Promise<number>

/** What a container that is none can run. */
const programs: Readonly<Record<string, Program>> = {
  echo: async (_, { command, stdout }) => {
    stdout.write(`${command.slice(1).join(' ')}\n`)
    return 0
  },
  cat: async (_, { stdin, stdout }) => {
    for await (const data of stdin ?? []) {
      await new Promise((resolve) => {
        stdout.write(data, resolve)
      })
    }
    return 0
  },
  yes: async (_, { stdout, signal }) => {
    while (!signal.aborted) {
      await new Promise((resolve) => {
        stdout.write('y\n'.repeat(1000), resolve)
      })
    }
    return 0
  },
  false: async (_, { stderr }) => {
    stderr.write('oops\n')
    return 3
  },
}

/** Returns streams of containers that are none: a log of three lines, three programs, and the ports of loopback. */
export function createFakeStreams(): KubeletStreams {
  return {
    async *log({ pod, container, node }, { tailLines = 3, follow }, signal) {
      for (let line = 3 - tailLines; line < 3; line += 1) {
        yield Buffer.from(`${pod}/${container} on ${node}: ${line}\n`)
      }
      if (follow && !signal.aborted) yield Buffer.from('the end\n')
    },
    run: async (target, process) => {
      const name = process.command[0] ?? 'cat'
      const run = programs[name]
      if (run === undefined) throw statusError('BadRequest', `${name}: not found`)
      return run(target, process)
    },
    connect: async (_, port, signal) => {
      const socket = connectTo({ port, host: '127.0.0.1', signal })
      await once(socket, 'connect')
      return socket
    },
  }
}
