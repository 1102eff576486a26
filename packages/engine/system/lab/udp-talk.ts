import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/**
 * Says a word to port 5000 of an address, from a port. Prints which words were heard, also at a second port, by the time that its own came back
 * some times; or why it was refused.
 */
const [address = '', word = '', from = '', beside = ''] = process.argv.slice(2)
const TIMES = 5
const heard = new Set<string>()
const [own, other] = [createSocket('udp4'), createSocket('udp4')]
let times = 0

function end(said: string): void {
  process.stdout.write(said)
  process.exit()
}

other.on('message', (bytes) => heard.add(bytes.toString()))
own.on('error', (failure: NodeJS.ErrnoException) => end(failure.code ?? ''))
own.on('message', (bytes) => {
  heard.add(bytes.toString())
  if (bytes.toString() === word) times += 1
  if (times === TIMES) end([...heard].join(' '))
})
other.bind(Number(beside))
own.bind(Number(from))
await Promise.all([once(own, 'listening'), once(other, 'listening')])
own.connect(5000, address, () => own.send(word))
