import { createSocket } from 'node:dgram'

/** Says to everybody who has said a word to it that word, again and again: on port 5000 of the address of the command line. */
const [address = ''] = process.argv.slice(2)
const EVERY_MS = 50
const socket = createSocket('udp4')
socket.on('message', (word, from) => {
  setInterval(() => socket.send(word, from.port, from.address), EVERY_MS)
})
socket.bind(5000, address)
