import { once } from 'node:events'
import { mkdtempSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { createMemoryProcesses } from './memory-processes.ts'
import { runProcess, type RunProcess } from './run-process.ts'

/** Programs that both adapters know: the real ones run under `sh`, the others are scripted alike. */
const scripts = {
  quiet: 'exit 0',
  loud: 'echo result; echo remark >&2',
  failing: 'echo why >&2; exit 3',
} as const

const adapters: readonly (readonly [name: string, run: RunProcess])[] = [
  ['real processes', runProcess],
  ['memory processes', createScripted()],
]

describe.each(adapters)('%s', (_, run) => {
  const shell = (script: string, signal = new AbortController().signal) =>
    run({ program: 'sh', args: ['-c', script], cwd: '/' }, signal)

  test('end with 0 when all is well', async () => {
    expect(await shell(scripts.quiet)).toMatchObject({ exitCode: 0, stdout: '', output: '' })
  })

  test('keep the result apart from the remarks', async () => {
    const { stdout, output } = await shell(scripts.loud)
    expect(stdout).toBe('result\n')
    expect(output.split('\n').toSorted()).toEqual(['', 'remark', 'result'])
  })

  test('tell the exit code and what was said', async () => {
    expect(await shell(scripts.failing)).toMatchObject({ exitCode: 3, output: 'why\n' })
  })

  test('answer 127 for a program that does not exist', async () => {
    const command = { program: 'no-such-program', args: [], cwd: '/' }
    const { exitCode, output } = await run(command, new AbortController().signal)
    expect(exitCode).toBe(127)
    expect(output).toBe('spawn no-such-program ENOENT\n')
  })

  test('do not start when the signal has aborted', async () => {
    expect((await shell(scripts.quiet, AbortSignal.abort())).exitCode).toBe(143)
  })
})

test('an abort ends what the program started, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-'))
  const watcher = watch(folder)
  const started = once(watcher, 'change')
  const stop = new AbortController()
  const script = 'sleep 600 & touch started; wait'
  const ended = runProcess({ program: 'sh', args: ['-c', script], cwd: folder }, stop.signal)
  await started
  watcher.close()
  stop.abort()
  // The sleeper holds the output open: an outcome means that it has ended.
  expect((await ended).exitCode).toBe(143)
  rmSync(folder, { recursive: true })
})

function createScripted(): RunProcess {
  const isShell = (script: string) => (command: { readonly args: readonly string[] }) =>
    command.args[1] === script
  return createMemoryProcesses([
    { when: isShell(scripts.quiet) },
    { when: isShell(scripts.loud), stdout: 'result\n', stderr: 'remark\n' },
    { when: isShell(scripts.failing), stderr: 'why\n', exitCode: 3 },
  ]).run
}
