import { EventEmitter } from 'node:events'

import { expect, test } from 'vitest'

import { endOnSignals } from './stop-signals.ts'

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks a command to end in order', (name) => {
  const { hearer, stop } = setup()
  hearer.emit(name)
  expect(stop.signal.aborted).toBe(true)
})

test('a second Ctrl-C ends a command at once; what others send again and again does not cut off its end', () => {
  const { hearer } = setup()
  const heardAgain = ['SIGINT', 'SIGTERM', 'SIGHUP'].filter((name) => {
    hearer.emit(name)
    // What nobody hears, the system does: it ends the process.
    return hearer.emit(name)
  })
  expect(heardAgain).toEqual(['SIGTERM', 'SIGHUP'])
})

function setup() {
  const hearer = new EventEmitter()
  const stop = new AbortController()
  endOnSignals(hearer as unknown as NodeJS.Process, stop)
  return { hearer, stop }
}
