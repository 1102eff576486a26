import { execFile, spawn } from 'node:child_process'

/** What is typed, and what is printed. */
export type Typed = readonly [command: string | readonly string[], printed: RegExp]

/** kubectl with a kubeconfig. */
export type Kubectl = {
  /** Returns what it prints, errors included. */
  readonly type: (command: string | readonly string[]) => Promise<string>
  /** Types one after the other, up to the first one that prints something else: returns that one, with what it printed. */
  readonly findSurprise: (script: readonly Typed[]) => Promise<string | undefined>
  /** Starts one that goes on until it is killed. */
  readonly follow: (command: string) => Following
}

/** A kubectl that goes on. */
export type Following = { readonly said: () => string; readonly [Symbol.dispose]: () => void }

/** Returns a kubectl that works in a folder. */
export function createKubectl(
  program: string,
  { folder, kubeconfig }: { readonly folder: string; readonly kubeconfig: string },
): Kubectl {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    KUBECONFIG: kubeconfig,
    KUBE_EDITOR: 'sed -i s/front/back/',
  }
  const type: Kubectl['type'] = (command) =>
    new Promise((resolve) => {
      const options = { cwd: folder, env, timeout: 60_000, maxBuffer: 16 << 20 }
      execFile(program, wordsOf(command), options, (_, stdout, stderr) => {
        resolve(`${stdout}${stderr}`)
      }).stdin?.end()
    })
  return {
    type,
    findSurprise: async (script) => {
      for (const [command, printed] of script) {
        const seen = `$ kubectl ${wordsOf(command).join(' ')}\n${await type(command)}`
        if (!printed.test(seen)) return `${seen}\nis without ${printed.source}`
      }
      return undefined
    },
    follow: (command) => {
      const child = spawn(program, wordsOf(command), { cwd: folder, env })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text
        })
      }
      return { said: () => said, [Symbol.dispose]: () => void child.kill('SIGKILL') }
    },
  }
}

const wordsOf = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? command.split(' ') : command
