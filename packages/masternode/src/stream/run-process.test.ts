import { Duplex, PassThrough } from 'node:stream'

import { channels, createPieceReader, encodePiece } from '@nexqloud/device'
import type { TerminalSize } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { runProcess } from './run-process.ts'

test('while a size of the terminal waits, only the newest of the others is kept', async () => {
  const { resize, sizes, take, end } = openScene()
  resize({ width: 80, height: 24 })
  for (let width = 81; width <= 1000; width += 1) resize({ width, height: 24 })
  expect(sizes()).toEqual(['80x24'])
  take()
  expect(sizes()).toEqual(['80x24', '1000x24'])
  take()
  expect(sizes()).toEqual(['80x24', '1000x24'])
  resize({ width: 90, height: 30 })
  expect(sizes()).toEqual(['80x24', '1000x24', '90x30'])
  expect(await end()).toBe(0)
  resize({ width: 91, height: 30 })
  expect(sizes()).toHaveLength(3)
})

/** A process at the other end of a stream, which takes a piece at a time, when it is told to. */
function openScene() {
  const read = createPieceReader()
  const said: string[] = []
  let taken = (): void => {}
  let resize: (size: TerminalSize) => void = () => {}
  const stream = new Duplex({
    read: () => {},
    write: (bytes: Buffer, _encoding, done) => {
      for (const piece of read(bytes)) {
        const { Width, Height } = JSON.parse(piece.bytes.toString()) as Record<string, number>
        said.push(`${Width}x${Height}`)
      }
      taken = done
    },
  })
  const ended = runProcess(stream, {
    command: ['sh'],
    isTty: true,
    stdin: undefined,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    onResize: (listener) => (resize = listener),
    signal: new AbortController().signal,
  })
  return {
    resize: (size: TerminalSize) => resize(size),
    /** What has been told, and what waits to be. */
    sizes: () => said,
    take: () => taken(),
    end: () => {
      stream.push(encodePiece(channels.error, Buffer.from('{"status":"Success"}')))
      stream.push(null)
      return ended
    },
  }
}
