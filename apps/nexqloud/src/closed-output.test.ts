import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect, test, vi } from 'vitest'

import { endOnClosedOutput } from './closed-output.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

test('a command ends quietly, as others do, when nobody reads its results', async () => {
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [remarks, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect({ code, remarks }).toEqual({ code: 141, remarks: '' })
})

test('what runs is asked to end in order, and ended after ten seconds where it does not', () => {
  vi.useFakeTimers()
  const codes: number[] = []
  const [stdout, stderr] = [new EventEmitter(), new EventEmitter()]
  const stop = new AbortController()
  const outputs = { stdout, stderr, exit: (code: number) => codes.push(code) }
  endOnClosedOutput(outputs as unknown as NodeJS.Process, stop)
  stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))
  expect([stop.signal.aborted, codes]).toEqual([true, []])
  vi.advanceTimersByTime(10_000)
  expect(codes).toEqual([141])
  vi.useRealTimers()
})

test('a command whose remarks nobody reads does its work', async () => {
  const child = spawn(process.execPath, [main, 'nonsense'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.destroy()
  const [results, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect({ code, results }).toEqual({ code: 2, results: '' })
})

test.skipIf(process.platform !== 'linux')(
  'results that a full disk does not take are a failure, told in one line',
  async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', full, 'pipe'] })
    const [remarks, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')])
    expect({ code, remarks }).toEqual({
      code: 1,
      remarks: 'Standard output cannot be written: The disk is full.\n',
    })
  },
)

test('remarks that get nowhere, on a full disk or a terminal that was hung up, end nothing', () => {
  const [stdout, stderr] = [new EventEmitter(), new EventEmitter()]
  const stop = new AbortController()
  const outputs = { stdout, stderr, exit: () => {} }
  endOnClosedOutput(outputs as unknown as NodeJS.Process, stop)
  for (const code of ['ENOSPC', 'EIO', 'EPIPE']) {
    stderr.emit('error', Object.assign(new Error('refused'), { code }))
  }
  expect(stop.signal.aborted).toBe(false)
})
